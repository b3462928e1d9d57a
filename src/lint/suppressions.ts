import type { TextRange } from './rule';
import { innermost } from './syntax/nodes';
import { ts } from './ts';

/**
 * `// spanline-disable-next-line <rule>[, <rule>] -- why` holds for the line below it and, when a statement begins there, for the
 * whole head of that statement; `// spanline-disable-line` for its own line; `// spanline-disable-file` for the file. Without a rule
 * it means all of them. The reason after `--` is for people.
 */
export interface Suppressions {
  /** In source order. */
  readonly all: readonly Suppression[];
  /** The comments that suppress what a rule finds there; none when it is to be shown. */
  covering(rule: string, range: TextRange): readonly Suppression[];
}

export interface Suppression extends TextRange {
  /** Undefined for all rules. */
  readonly rules: ReadonlySet<string> | undefined;
  /** What stands behind `--`; undefined when nothing does. */
  readonly reason: string | undefined;
}

const COMMENT = /(?:\/\/|\/\*|\{\/\*)\s*spanline-disable-(next-line|line|file)\b([^\n]*)/g;

export function readSuppressions(source: ts.SourceFile): Suppressions {
  const { text } = source;
  const all: Suppression[] = [];
  const files: Suppression[] = [];
  const lines = new Map<number, Suppression[]>();
  if (text.includes('spanline-disable-')) {
    for (const match of text.matchAll(COMMENT)) {
      const end = match.index + match[0].trimEnd().length;
      const rest = match[2].replace(/\*\/.*$/, '');
      const suppression = { rules: rulesOf(rest), reason: reasonOf(rest), start: match.index, end };
      all.push(suppression);
      if (match[1] === 'file') files.push(suppression);
      else {
        const line = lineOf(source, match.index) + (match[1] === 'next-line' ? 1 : 0);
        lines.set(line, [...(lines.get(line) ?? []), suppression]);
      }
    }
  }
  const holding = (rule: string, list: readonly Suppression[] | undefined): readonly Suppression[] =>
    list?.filter(({ rules }) => rules === undefined || rules.has(rule)) ?? [];
  return {
    all,
    covering(rule, range) {
      const ofFile = holding(rule, files);
      if (ofFile.length > 0 || lines.size === 0) return ofFile;
      for (const line of linesOf(source, range)) {
        const here = holding(rule, lines.get(line));
        if (here.length > 0) return here;
      }
      return [];
    },
  };
}

function rulesOf(rest: string): ReadonlySet<string> | undefined {
  const names = rest
    .split('--')[0]
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  return names.length > 0 ? new Set(names) : undefined;
}

function reasonOf(rest: string): string | undefined {
  const at = rest.indexOf('--');
  return at < 0 ? undefined : rest.slice(at + 2).trim() || undefined;
}

function lineOf(source: ts.SourceFile, offset: number): number {
  return source.getLineAndCharacterOfPosition(offset).line;
}

/** The line of the finding and the first lines of the statements and list elements around it, up to the next function. */
function linesOf(source: ts.SourceFile, range: TextRange): number[] {
  const found = [lineOf(source, range.start)];
  let node: ts.Node | undefined = innermost(source, range.start);
  for (; node && !ts.isSourceFile(node); node = node.parent) {
    if (ts.isBlock(node) || ts.isFunctionLike(node)) break;
    if (ts.isStatement(node) || ts.isObjectLiteralElementLike(node) || ts.isClassElement(node))
      found.push(lineOf(source, node.getStart(source)));
  }
  return found;
}
