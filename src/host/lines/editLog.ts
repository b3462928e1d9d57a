/** A change of a document in its coordinates before the change; lines are 0-based. */
export interface LineEdit {
  readonly startLine: number;
  readonly endLine: number;
  /** Line breaks in the new text. */
  readonly addedLines: number;
  /** Code of the first line stands before the change. */
  readonly keepsFirstLine: boolean;
  /** Code of the last line stands behind the change. */
  readonly keepsLastLine: boolean;
  /** The new text is nothing but white space. */
  readonly blank: boolean;
  /** Milliseconds since 1970 of the first save that held the change. */
  savedAt?: number;
}

/** A log longer than that forgets its oldest saved edits: their runs are long over. */
const LONGEST_LOG = 2000;

/**
 * Knows where the lines that a running program was loaded from stand in the editor now. A program knows the file as it was saved
 * when it was loaded; all edits that were not saved by then have to be replayed on its line numbers.
 */
export class EditLog {
  private edits: LineEdit[] = [];

  /** `edits` in an order in which each can be applied to the result of those before. Edits that keep every line in place are not kept. */
  add(edits: readonly LineEdit[]): void {
    this.edits.push(...edits.filter((edit) => edit.addedLines > 0 || edit.endLine > edit.startLine));
    if (this.edits.length > LONGEST_LOG) this.edits = this.edits.slice(-LONGEST_LOG / 2);
  }

  saved(at: number): void {
    for (const edit of this.edits) edit.savedAt ??= at;
  }

  /** The editor threw unsaved changes away. */
  reverted(): void {
    this.edits = this.edits.filter((edit) => edit.savedAt !== undefined);
  }

  /** Where a 0-based line of the file as loaded at `loadedAt` (ms since 1970) is now; undefined when it was deleted. */
  currentLine(line: number, loadedAt: number): number | undefined {
    let current: number | undefined = line;
    for (const edit of this.edits) {
      if (edit.savedAt !== undefined && edit.savedAt <= loadedAt) continue;
      current = moveLine(current, edit);
      if (current === undefined) return undefined;
    }
    return current;
  }
}

/** Where the edit leaves a line. */
export function moveLine(line: number, edit: LineEdit): number | undefined {
  const { startLine, endLine, addedLines } = edit;
  if (line < startLine || (line === startLine && edit.keepsFirstLine)) return line;
  if (line > endLine || (line === endLine && edit.keepsLastLine)) return line + addedLines - (endLine - startLine);
  // The line was replaced: by other code, where the nearest new line stands for it, or by nothing.
  return edit.blank ? undefined : Math.min(line, startLine + addedLines);
}
