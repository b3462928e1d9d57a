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
}

/** The edits of one event. */
interface Step {
  /** Last place first. */
  readonly edits: readonly LineEdit[];
  /** Milliseconds since 1970 of the first save that held the step. */
  savedAt?: number;
  /** Put the document back to where it was before the step. */
  undoneBy?: Step;
  readonly undoes?: Step;
}

/** A log longer than that forgets its oldest half: the runs that need it are long over. */
const LONGEST_LOG = 2000;

/**
 * Knows where the lines that a running program was loaded from stand in the editor now. A program knows the file as it was saved
 * when it was loaded; all edits that were not saved by then have to be replayed on its line numbers.
 *
 * A line that was deleted in several steps which the editor takes back as one stays lost until the next run.
 */
export class EditLog {
  private steps: Step[] = [];

  /** @param edits of one event, last place first. Those that keep every line in place need no memory. */
  add(edits: readonly LineEdit[], isUndo = false): void {
    const moving = edits.filter((edit) => edit.addedLines > 0 || edit.endLine > edit.startLine);
    if (moving.length === 0) return;
    const undoes = isUndo ? this.lastStanding(moving) : undefined;
    const step: Step = { edits: moving, undoes };
    if (undoes) undoes.undoneBy = step;
    this.steps.push(step);
    if (this.steps.length > LONGEST_LOG) this.steps = this.steps.slice(-LONGEST_LOG / 2);
  }

  saved(at: number): void {
    for (const step of this.steps) step.savedAt ??= at;
  }

  /** The editor threw unsaved changes away. */
  reverted(): void {
    this.steps = this.steps.filter((step) => step.savedAt !== undefined);
  }

  /** Where a 0-based line of the file as loaded at `loadedAt` (ms since 1970) is now; undefined when it was deleted. */
  currentLine(line: number, loadedAt: number): number | undefined {
    const isNew = (step: Step | undefined): boolean =>
      !!step && (step.savedAt === undefined || step.savedAt > loadedAt);
    let current: number | undefined = line;
    for (const step of this.steps) {
      // A step and its undoing cancel each other, so that a line which was deleted comes back with what it was.
      if (!isNew(step) || isNew(step.undoneBy) || isNew(step.undoes)) continue;
      for (const edit of step.edits) {
        current = moveLine(current, edit);
        if (current === undefined) return undefined;
      }
    }
    return current;
  }

  /** The newest step that still stands, if these edits take it back. */
  private lastStanding(edits: readonly LineEdit[]): Step | undefined {
    const step = this.steps.findLast(({ undoneBy, undoes }) => !undoneBy && !undoes);
    return step && isInverse(edits, step.edits) ? step : undefined;
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

/** True when `undo` puts the lines back that `edits` moved. Both are sorted, the last place first. */
function isInverse(undo: readonly LineEdit[], edits: readonly LineEdit[]): boolean {
  if (undo.length !== edits.length) return false;
  let moved = 0;
  for (let index = edits.length - 1; index >= 0; index--) {
    const [one, other] = [edits[index], undo[index]];
    const removed = one.endLine - one.startLine;
    if (other.startLine !== one.startLine + moved || other.addedLines !== removed) return false;
    if (other.endLine - other.startLine !== one.addedLines) return false;
    moved += one.addedLines - removed;
  }
  return true;
}
