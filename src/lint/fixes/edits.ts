import { ts } from '../ts';
import type { TextEdit, TextRange } from '../rule';

export function rangeOf(node: ts.Node): TextRange {
  return { start: node.getStart(), end: node.getEnd() };
}

export function replaceNode(node: ts.Node, text: string): TextEdit {
  return { ...rangeOf(node), text };
}

export function insertAt(offset: number, text: string): TextEdit {
  return { start: offset, end: offset, text };
}

/** Applies edits that do not overlap; positions are those of the text before, and what goes in at one place comes in the edits' order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}

/** Removes a statement with its line, or another node alone. Comments above it stay. */
export function removeStatement(source: ts.SourceFile, node: ts.Node): TextEdit {
  const { text } = source;
  const { parent } = node;
  // The only statement of a branch without braces: what follows would take its place.
  if (ts.isIfStatement(parent) && !parent.elseStatement && isPlain(parent.expression))
    return removeStatement(source, parent);
  if (ts.isIfStatement(parent) || ts.isIterationStatement(parent, false) || ts.isLabeledStatement(parent))
    return replaceNode(node, '{}');
  let { start, end } = rangeOf(node);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const nextBreak = text.indexOf('\n', end);
  const lineEnd = nextBreak < 0 ? text.length : nextBreak;
  const alone = text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd).trim() === '';
  if (alone) {
    start = lineStart;
    end = nextBreak < 0 ? text.length : nextBreak + 1;
  }
  return { start, end, text: '' };
}

/** A condition that does nothing but to be looked at. */
function isPlain(condition: ts.Expression): boolean {
  return /^!*[\w$.?!]+$/.test(condition.getText());
}

/** Removes an element of a comma-separated list together with one comma, and with its line when it stands alone there. */
export function removeListElement(source: ts.SourceFile, node: ts.Node): TextEdit {
  const { text } = source;
  let { start, end } = rangeOf(node);
  const comma = /^\s*,/.exec(text.slice(end));
  if (comma) end += comma[0].length;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const nextBreak = text.indexOf('\n', end);
  if (text.slice(lineStart, start).trim() === '' && nextBreak >= 0 && text.slice(end, nextBreak).trim() === '')
    return { start: lineStart, end: nextBreak + 1, text: '' };
  if (comma) {
    const space = /^[ \t]+/.exec(text.slice(end));
    return { start, end: end + (space?.[0].length ?? 0), text: '' };
  }
  const before = /,\s*$/.exec(text.slice(0, start));
  if (before) start -= before[0].length;
  return { start, end, text: '' };
}

/** A string literal in the quotes that the file uses most. */
export function quoted(source: ts.SourceFile, value: string): string {
  const quote = prefersDouble(source) ? '"' : "'";
  const escaped = value.replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`).replace(/\n/g, '\\n');
  return quote + escaped + quote;
}

const doubles = new WeakMap<ts.SourceFile, boolean>();

function prefersDouble(source: ts.SourceFile): boolean {
  let known = doubles.get(source);
  if (known === undefined) {
    known = (source.text.match(/"/g)?.length ?? 0) > (source.text.match(/'/g)?.length ?? 0);
    doubles.set(source, known);
  }
  return known;
}

/** A property key: bare when it is an identifier, quoted otherwise. */
export function keyText(source: ts.SourceFile, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(source, key);
}

/** White space at the start of the line that holds the offset. */
export function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
}

/** One step of indentation as the file has it. */
export function indentStep(source: ts.SourceFile): string {
  const indents = source.text.match(/^(\t| +)(?=\S)/gm) ?? [];
  if (indents.some((indent) => indent.startsWith('\t'))) return '\t';
  const widths = indents.map((indent) => indent.length).filter((width) => width > 1);
  return ' '.repeat(widths.length > 0 ? Math.min(...widths, 8) : 2);
}

export function lineBreak(source: ts.SourceFile): string {
  return source.text.includes('\r\n') ? '\r\n' : '\n';
}

/** Another element of a list, on a line of its own where they are. */
export function insertBeforeElement(source: ts.SourceFile, first: ts.Node, text: string): TextEdit {
  return insertAt(first.getStart(source), `${text},${between(source, first)}`);
}

/** As {@link insertBeforeElement}, at the end of the list. */
export function insertAfterElement(source: ts.SourceFile, last: ts.Node, text: string): TextEdit {
  return insertAt(last.getEnd(), `,${between(source, last)}${text}`);
}

function between(source: ts.SourceFile, element: ts.Node): string {
  const start = element.getStart(source);
  const before = source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start);
  return before.trim() === '' ? `${lineBreak(source)}${before}` : ' ';
}

const semicolons = new WeakMap<ts.SourceFile, string>();

/** `;`, or nothing in files that are written without. */
export function statementEnd(source: ts.SourceFile): string {
  let known = semicolons.get(source);
  if (known === undefined) {
    const withEnd = source.text.match(/;[ \t]*\r?$/gm)?.length ?? 0;
    const without = source.text.match(/[\w)'"`\]][ \t]*\r?$/gm)?.length ?? 0;
    // Where semicolons are written, lines that end without one are inside of statements: never ten times as many.
    known = without > 10 * withEnd ? '' : ';';
    semicolons.set(source, known);
  }
  return known;
}
