import { formatDuration } from '../../model/durationFormat';
import type { LineStats } from '../../model/lineStats';
import { changeSince } from './changeSince';
import { plural } from '../texts';
import { countsOnly } from './mounts';

/** What stands above a line: `12 ms · p95 48 ms · 37× · 2 errors · +38 ms vs last run`; where a router is mounted, `37×`. */
export function lensText(stats: LineStats): string {
  if (stats.count === 0) return neverEndedText(stats) ?? '';
  const parts = countsOnly(stats) ? [formatCount(stats.count)] : durationParts(stats);
  if (stats.errors > 0) parts.push(stats.errors === 1 ? '1 error' : `${stats.errors} errors`);
  const unended = neverEndedText(stats);
  if (unended) parts.push(unended);
  const change = changeText(stats);
  if (change) parts.push(change);
  if (stats.confidence === 'possible') parts.push('possibly here');
  return parts.join(' · ');
}

/** The same in words, and what a click does. */
export function lensTooltip(stats: LineStats): string {
  const { p50, p95, count } = stats;
  const spans = plural(count, 'span');
  const times =
    count === 0
      ? 'Spans of this line never ended'
      : countsOnly(stats)
        ? spans
        : count === 1
          ? `One span of ${formatDuration(p50)}`
          : `Median ${formatDuration(p50)}, 95th percentile ${formatDuration(p95)}, of ${spans}`;
  return `${times}. Open the waterfall at the latest`;
}

function durationParts({ p50, p95, count }: LineStats): string[] {
  return [formatDuration(p50), ...(count > 1 ? [`p95 ${formatDuration(p95)}`, formatCount(count)] : [])];
}

/** `2 never ended`, undefined when all did. */
export function neverEndedText({ neverEnded = 0 }: LineStats): string | undefined {
  return neverEnded > 0 ? `${neverEnded} never ended` : undefined;
}

/** `+38 ms vs last run`, undefined when the run before says the same. */
export function changeText(stats: LineStats): string | undefined {
  if (countsOnly(stats)) return undefined;
  const change = changeSince(stats, stats.previous);
  if (change === undefined) return undefined;
  return `${change > 0 ? '+' : '−'}${formatDuration(Math.abs(change))} vs last run`;
}

/** Three digits of it are 1M. */
const LEAST_MILLION = 999_500;

/** 37×, 12.3k×, 1.2M×: a lens is read at a glance. */
export function formatCount(count: number): string {
  if (count < 10_000) return `${count}×`;
  return count < LEAST_MILLION ? `${trimmed(count / 1e3)}k×` : `${trimmed(count / 1e6)}M×`;
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
