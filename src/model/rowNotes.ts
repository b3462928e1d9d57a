import { formatDuration } from './durationFormat';
import { SPAN_FLAG, type TraceColumns } from './traceColumns';

/** What is odd about a span's place in its trace, in words for the user. */
export interface RowNote {
  readonly kind: 'orphan' | 'early' | 'late' | 'open';
  readonly text: string;
}

/** Clocks of one machine agree to within this; less is no skew. */
const TOLERANCE_NANOS = 1_000;
/** A parent that ends in the same breath did wait: it was ended from inside its child's last call. */
const SAME_BREATH_NANOS = 1_000_000;
const SAME_BREATH_SHARE = 0.01;
/** What runs so long behind its parent may have been forgotten. */
const FORGOTTEN_NANOS = 1e9;

export function rowNotes({ start, duration, parent, flags }: TraceColumns, row: number): RowNote[] {
  const notes: RowNote[] = [];
  const up = parent[row];
  if (up < 0 && flags[row] & SPAN_FLAG.orphan)
    notes.push({
      kind: 'orphan',
      text: 'Its parent span has not arrived: not ended yet, not exported, or the context was lost on the way.',
    });
  if ((flags[row] & (SPAN_FLAG.open | SPAN_FLAG.running)) === SPAN_FLAG.open)
    notes.push({
      kind: 'open',
      text: 'Never ended: its program was gone, or had let go of it, before anything called end() on it.',
    });
  if (up < 0) return notes;
  const early = start[up] - start[row];
  // parent     |--------|
  // child    |-----|        early: the two clocks differ
  if (early > TOLERANCE_NANOS)
    notes.push({
      kind: 'early',
      text: `Starts ${formatDuration(early)} before its parent: the clocks of the two processes differ.`,
    });
  if (flags[up] & SPAN_FLAG.open) return notes;
  const late = start[row] + duration[row] - (start[up] + duration[up]);
  if (flags[row] & SPAN_FLAG.open) {
    if (flags[row] & SPAN_FLAG.running && late > FORGOTTEN_NANOS)
      notes.push({
        kind: 'late',
        text: `Still open ${formatDuration(late)} after its parent ended: work that goes on, or a span that nobody ends.`,
      });
    return notes;
  }
  // parent   |--------|
  // child         |--------|   late: nobody waited for it
  if (late > Math.max(SAME_BREATH_NANOS, SAME_BREATH_SHARE * duration[up]))
    notes.push({
      kind: 'late',
      text: `Ends ${formatDuration(late)} after its parent: the parent did not wait for it.`,
    });
  return notes;
}
