import { Row, type Segment } from './segment';

/** Nanoseconds that the row at `at` counts with, before pauses; 0 where the sender's times make no duration. */
export function rowDuration(segment: Segment, at: number): number {
  const { words } = segment;
  if ((words[at + Row.startLow] | words[at + Row.startHigh]) === 0) return 0;
  return Math.max(0, segment.duration(at));
}
