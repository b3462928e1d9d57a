import { type Hover, MarkupKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { RuleFinding, RuleMeta, TextRange } from '../lint/rule';
import { pageOf } from './diagnostics';

export interface HoverRequest {
  readonly document: TextDocument;
  /** UTF-16 offset into the document. */
  readonly offset: number;
  readonly findings: readonly RuleFinding[];
  readonly ruleOf: (id: string) => RuleMeta | undefined;
  readonly rulePages: string | undefined;
}

const SUPPRESSION = /(?:\/\/|\/\*)\s*spanline-disable-(?:next-line|line|file)\b([^\n]*?)(?:--|\*\/|\r?$)/gm;

/** What the rules are about that were found here, or that a comment allows here. */
export function hoverAt(request: HoverRequest): Hover | undefined {
  const { document, offset, findings, ruleOf } = request;
  const range = suppressionAt(document.getText(), offset);
  const here = findings.filter(({ start, end }) => start <= offset && offset <= end);
  const ids = range ? [...range.ids] : [...new Set(here.map(({ rule }) => rule))];
  const lines = ids.flatMap((id) => describe(ruleOf(id), request.rulePages) ?? []);
  const at = range ?? here[0];
  if (!at || lines.length === 0) return undefined;
  return {
    contents: { kind: MarkupKind.Markdown, value: lines.join('\n\n') },
    range: { start: document.positionAt(at.start), end: document.positionAt(at.end) },
  };
}

function describe(rule: RuleMeta | undefined, rulePages: string | undefined): string | undefined {
  if (!rule) return undefined;
  const name = rulePages === undefined ? `\`${rule.id}\`` : `[${rule.id}](${pageOf(rulePages, rule.id)})`;
  return `Spanline ${name}: ${rule.title}`;
}

function suppressionAt(text: string, offset: number): (TextRange & { readonly ids: readonly string[] }) | undefined {
  for (const match of text.matchAll(SUPPRESSION)) {
    const end = match.index + match[0].length;
    if (match.index <= offset && offset <= end)
      return { start: match.index, end, ids: match[1].split(/[\s,]+/).filter((id) => id !== '') };
  }
  return undefined;
}
