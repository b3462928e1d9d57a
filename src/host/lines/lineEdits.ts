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
    const addedLines = text.split('\n').length - 1;
    // What stands before the change on its first line was not touched by it.
    const beforeContent =
      lineAfter(start.line + moved)
        .slice(0, start.character)
        .trim() === '';
    moved += addedLines - (end.line - start.line);
    // The old text is gone; code is taken to begin no further left on the last line than on the first.
    const keepsLastLine = end.character === 0 || (beforeContent && end.character <= start.character);
    return {
      startLine: start.line,
      endLine: end.line,
      addedLines,
      beforeContent,
      keepsLastLine,
      blank: text.trim() === '',
    };
  });
  return edits.reverse();
}

function comparePlaces(a: { line: number; character: number }, b: { line: number; character: number }): number {
  return a.line - b.line || a.character - b.character;
}
