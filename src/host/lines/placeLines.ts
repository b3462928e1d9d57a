import type { LineStats } from '../../model/lineStats';
import type { EditLog } from './editLog';
import type { LineEntry } from './lineStatsCache';

/** Statistics with the line of the document that they belong to at this moment. */
export interface PlacedLine {
  /** 0-based. */
  readonly line: number;
  readonly stats: LineStats;
}

/**
 * Where the lines of a file stand in the document now, ascending.
 * @param runStartedAt milliseconds since 1970, undefined for runs that this window did not start
 */
export function placeLines(
  entries: readonly LineEntry[],
  edits: EditLog | undefined,
  lineCount: number,
  runStartedAt: (stats: LineStats) => number | undefined,
): PlacedLine[] {
  const newest = new Map<number, { placed: PlacedLine; loadedAt: number }>();
  for (const { stats, firstSeenAt } of entries) {
    // A line that turned up after an edit was saved is taken to come from a program that reloaded the file (`--watch`, Vite, Next).
    // Wrong only for a program that did not and reaches the line for the first time; the next run puts that right.
    const loadedAt = firstSeenAt ?? runStartedAt(stats) ?? 0;
    const line = edits ? edits.currentLine(stats.line - 1, loadedAt) : stats.line - 1;
    if (line === undefined || line < 0 || line >= lineCount) continue;
    const rival = newest.get(line);
    if (!rival || rival.loadedAt < loadedAt) newest.set(line, { placed: { line, stats }, loadedAt });
  }
  return [...newest.values()].map(({ placed }) => placed).sort((a, b) => a.line - b.line);
}
