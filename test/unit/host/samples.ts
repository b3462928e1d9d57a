import type { RunId } from '../../../src/model/ids';
import type { DurationStats, LineStats } from '../../../src/model/lineStats';

export const MS = 1e6;

export function durations(changes: Partial<DurationStats> = {}): DurationStats {
  return { count: 37, errors: 0, p50: 12 * MS, p95: 48 * MS, max: 60 * MS, ...changes };
}

export function lineStats(changes: Partial<LineStats> = {}): LineStats {
  return {
    ...durations(),
    line: 1,
    run: 'run-1' as RunId,
    latest: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), duration: 13 * MS },
    names: ['checkout'],
    distinctNames: 1,
    services: ['shop'],
    confidence: 'certain',
    reason: 'seen when the program started the span',
    ...changes,
  };
}
