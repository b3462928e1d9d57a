import { walk } from '../syntax/walk';
import { ts } from '../ts';
import type { TextRange } from '../rule';

/** The text of a range with every line but the first indented by `step` more; lines that begin inside a template stay, for their white space counts. */
export function shifted(source: ts.SourceFile, { start, end }: TextRange, step: string): string {
  const { text } = source;
  const fixed = templateTexts(source, start, end);
  let result = '';
  let from = start;
  for (let at = text.indexOf('\n', start); at >= 0 && at + 1 < end; at = text.indexOf('\n', at + 1)) {
    const next = at + 1;
    result += text.slice(from, next);
    from = next;
    const isEmpty = text[next] === '\n' || text[next] === '\r';
    if (!isEmpty && !fixed.some((each) => each.start < next && next < each.end)) result += step;
  }
  return result + text.slice(from, end);
}

/** The parts of templates that are text, with their delimiters; what stands in their holes is code. */
function templateTexts(source: ts.SourceFile, start: number, end: number): TextRange[] {
  const found: TextRange[] = [];
  walk(source, (node) => {
    if (node.end <= start || node.pos >= end) return false;
    if (
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node) ||
      ts.isStringLiteral(node)
    )
      found.push({ start: node.getStart(source), end: node.end });
    return true;
  });
  return found;
}

/** The first of the names that nothing in the file is called by. */
export function freeName(usesName: (name: string) => boolean, names: readonly string[]): string {
  const free = names.find((name) => !usesName(name));
  if (free !== undefined) return free;
  for (let count = 2; ; count++) if (!usesName(`${names[0]}${count}`)) return `${names[0]}${count}`;
}
