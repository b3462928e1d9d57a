import { formatDuration } from '../../model/durationFormat';
import type { LineStats } from '../../model/lineStats';
import { changeSince } from './changeSince';

/** What stands above a line: `12 ms · p95 48 ms · 37× · 2 errors · +38 ms vs last run`. */
export function lensText(stats: LineStats): string {
  if (stats.count === 0) return neverEndedText(stats) ?? '';
  const parts = [formatDuration(stats.p50)];
  if (stats.count > 1) parts.push(`p95 ${formatDuration(stats.p95)}`, formatCount(stats.count));
  if (stats.errors > 0) parts.push(stats.errors === 1 ? '1 error' : `${stats.errors} errors`);
  const unended = neverEndedText(stats);
  if (unended) parts.push(unended);
  const change = changeText(stats);
  if (change) parts.push(change);
  if (stats.confidence === 'possible') parts.push('possibly here');
  return parts.join(' · ');
}

/** `2 never ended`, undefined when all did. */
export function neverEndedText({ neverEnded = 0 }: LineStats): string | undefined {
  return neverEnded > 0 ? `${neverEnded} never ended` : undefined;
}

/** `+38 ms vs last run`, undefined when the run before says the same. */
export function changeText(stats: LineStats): string | undefined {
  const change = changeSince(stats, stats.previous);
  if (change === undefined) return undefined;
  return `${change > 0 ? '+' : '−'}${formatDuration(Math.abs(change))} vs last run`;
}

/** 37×, 12.3k×, 1.2M×: a lens is read at a glance. */
export function formatCount(count: number): string {
  if (count < 10_000) return `${count}×`;
  return count < 1e6 ? `${trimmed(count / 1e3)}k×` : `${trimmed(count / 1e6)}M×`;
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
