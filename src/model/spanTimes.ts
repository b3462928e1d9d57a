import { formatDuration } from './durationFormat';
import { SPAN_FLAG, type TraceColumns } from './traceColumns';

/** Nanoseconds that a span ran: on the clock, less those in which a debugger held it up. */
export function runningTime({ duration, paused }: TraceColumns, row: number): number {
  return Math.max(0, duration[row] - (paused?.[row] ?? 0));
}

/** Nanoseconds in which a debugger held up the trace, as far as its spans are concerned. */
export function pausedTime({ pauses }: TraceColumns): number {
  let paused = 0;
  for (let i = 0; pauses && i < pauses.length; i += 2) paused += pauses[i + 1] - pauses[i];
  return paused;
}

/** `1.2 s`, of a span that has not ended `1.2 s so far` or `never ended`. */
export function durationText(columns: TraceColumns, row: number): string {
  const flags = columns.flags[row];
  if (!(flags & SPAN_FLAG.open)) return formatDuration(runningTime(columns, row));
  return flags & SPAN_FLAG.running ? `running, ${formatDuration(runningTime(columns, row))} so far` : 'never ended';
}

/** What a trace took that is `extent` long. One that a stop or a breakpoint caught at its start has no time yet, which is no `0 ns`. */
export function wholeTimeText(columns: TraceColumns, extent: number): string {
  const time = extent - pausedTime(columns);
  if (time > 0) return formatDuration(time);
  const isAny = (flag: number): boolean => columns.flags.some((flags) => (flags & flag) !== 0);
  if (isAny(SPAN_FLAG.running)) return 'just begun';
  return isAny(SPAN_FLAG.open) ? 'never ended' : formatDuration(0);
}

/** For narrow places: `1.2 s`, `1.2 s …` while it runs, `never ended`. */
export function shortDurationText(columns: TraceColumns, row: number): string {
  const text = formatDuration(runningTime(columns, row));
  if (!(columns.flags[row] & SPAN_FLAG.open)) return text;
  return columns.flags[row] & SPAN_FLAG.running ? `${text} …` : 'never ended';
}

/** `14.8 s on the clock, paused at a breakpoint for 13.6 s`; undefined for a span that no debugger held up. */
export function pauseText(duration: number, paused: number | undefined): string | undefined {
  if (!paused) return undefined;
  return `${formatDuration(duration)} on the clock, paused at a breakpoint for ${formatDuration(paused)}`;
}
