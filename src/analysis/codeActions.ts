import {
  CodeActionKind,
  type CodeAction,
  type Diagnostic,
  type Range,
  type TextEdit as ProtocolEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { safeEdits } from '../lint/fixes/safeEdits';
import type { RuleFinding, TextEdit } from '../lint/rule';
import type { OfferedRefactoring } from '../lint/refactorings/refactoring';
import { UNUSED_SUPPRESSION } from '../protocol/analysis';
import { ANALYSIS_COMMANDS } from '../protocol/contributions';

/** Applied when the user fixes all on saving: `"editor.codeActionsOnSave": { "source.fixAll.spanline": "explicit" }`. */
export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.spanline`;

export interface CodeActionRequest {
  readonly document: TextDocument;
  readonly findings: readonly RuleFinding[];
  readonly range: Range;
  /** Kinds that the client wants; empty for all. */
  readonly only: readonly string[];
  readonly diagnosticOf: (finding: RuleFinding) => Diagnostic | undefined;
  readonly canExplain: boolean;
  /** What can be made of the selected code; asked for when it is wanted. */
  readonly refactorings: () => readonly OfferedRefactoring[];
  /** The client shows actions that cannot be taken, with the reason. */
  readonly showsDisabled: boolean;
}

/** What the light bulb offers: each fix, then suppressing, then explaining; and fixing all that is safe to fix. */
export function codeActions(request: CodeActionRequest): CodeAction[] {
  const actions: CodeAction[] = [];
  if (wants(request.only, CodeActionKind.QuickFix)) {
    const here = request.findings.filter((finding) => touches(request.document, finding, request.range));
    for (const finding of here) actions.push(...fixActions(request, finding));
    for (const finding of here) actions.push(...otherActions(request, finding));
  }
  if (request.only.length > 0 && wants(request.only, FIX_ALL_KIND)) actions.push(...fixAll(request));
  if (wantsRefactorings(request.only)) actions.push(...refactoringActions(request));
  return actions;
}

/** Kinds that are asked for may be narrower than the refactorings', or wider. */
function wantsRefactorings(only: readonly string[]): boolean {
  return only.length === 0 || only.some((wanted) => wanted.split('.')[0] === CodeActionKind.Refactor);
}

function refactoringActions(request: CodeActionRequest): CodeAction[] {
  return request.refactorings().flatMap(({ kind, offer }): CodeAction[] => {
    if (!wants(request.only, kind)) return [];
    if (!('refused' in offer))
      return [{ title: offer.title, kind, edit: workspaceEdit(request.document, offer.edits) }];
    return request.showsDisabled ? [{ title: offer.title, kind, disabled: { reason: offer.refused } }] : [];
  });
}

function wants(only: readonly string[], kind: string): boolean {
  return only.length === 0 || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
}

function touches(document: TextDocument, finding: RuleFinding, range: Range): boolean {
  return finding.start <= document.offsetAt(range.end) && finding.end >= document.offsetAt(range.start);
}

function fixActions(request: CodeActionRequest, finding: RuleFinding): CodeAction[] {
  const diagnostic = request.diagnosticOf(finding);
  if (!diagnostic) return [];
  return finding.fixes().map((fix, index) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: index === 0,
    edit: workspaceEdit(request.document, fix.edits),
  }));
}

function otherActions(request: CodeActionRequest, finding: RuleFinding): CodeAction[] {
  const diagnostic = request.diagnosticOf(finding);
  if (!diagnostic || finding.rule === UNUSED_SUPPRESSION) return [];
  const suppress: CodeAction = {
    title: `Allow ${finding.rule} on this line`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: workspaceEdit(request.document, [suppression(request.document, finding)]),
  };
  if (!request.canExplain) return [suppress];
  const title = `Explain ${finding.rule}`;
  const explain: CodeAction = {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    command: { title, command: ANALYSIS_COMMANDS.explainRule, arguments: [finding.rule] },
  };
  return [suppress, explain];
}

/** A comment above the finding's line, indented as the line is. */
function suppression(document: TextDocument, finding: RuleFinding): TextEdit {
  const { line } = document.positionAt(finding.start);
  const start = document.offsetAt({ line, character: 0 });
  const text = document.getText();
  const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return { start, end: start, text: `${indent}// spanline-disable-next-line ${finding.rule} -- ${newline}` };
}

function fixAll(request: CodeActionRequest): CodeAction[] {
  const edits = safeEdits(request.findings);
  if (edits.length === 0) return [];
  return [
    {
      title: 'Fix all that Spanline can fix safely',
      kind: FIX_ALL_KIND,
      edit: workspaceEdit(request.document, edits),
    },
  ];
}

function workspaceEdit(document: TextDocument, edits: readonly TextEdit[]): CodeAction['edit'] {
  const changes: ProtocolEdit[] = edits.map(({ start, end, text }) => ({
    range: { start: document.positionAt(start), end: document.positionAt(end) },
    newText: text,
  }));
  return { documentChanges: [{ textDocument: { uri: document.uri, version: document.version }, edits: changes }] };
}
