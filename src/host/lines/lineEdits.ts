import type { LineEdit } from './editLog';

/** The part of VS Code's content change that matters here, in the document's coordinates before the event. */
export interface ContentChange {
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
  readonly text: string;
}

/**
 * The changes of one event, last place first, so that none moves the lines of the next.
 * @param lineAfter text of a 0-based line after the event
 */
export function lineEdits(changes: readonly ContentChange[], lineAfter: (line: number) => string): LineEdit[] {
  const ascending = [...changes].sort((a, b) => comparePlaces(a.range.start, b.range.start));
  let moved = 0;
  const edits = ascending.map(({ range: { start, end }, text }): LineEdit => {
    const newLines = text.split('\n');
    const addedLines = newLines.length - 1;
    const first = start.line + moved;
    const endOfText = (addedLines === 0 ? start.character : 0) + newLines[addedLines].length;
    moved += addedLines - (end.line - start.line);
    return {
      startLine: start.line,
      endLine: end.line,
      addedLines,
      keepsFirstLine: lineAfter(first).slice(0, start.character).trim() !== '',
      keepsLastLine:
        lineAfter(first + addedLines)
          .slice(endOfText)
          .trim() !== '',
      blank: text.trim() === '',
    };
  });
  return edits.reverse();
}

function comparePlaces(a: { line: number; character: number }, b: { line: number; character: number }): number {
  return a.line - b.line || a.character - b.character;
}
