import { coveredTime, type Interval, mergedIntervals } from '../model/intervals';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import type { Pause } from './pauseTable';
import { Row, rowAt, type SpanContext } from './segment';
import type { ParsedSpan } from './spanParser';
import { recordAt, Trace } from './traceTable';

/*
 * Which spans did a stop at a breakpoint hold up?
 *
 * - Those of the stopped thread, whatever they were doing.
 * - Of other threads, programs and runs those that waited for it: a span of the stopped thread in the same trace was under way during
 *   the stop, and began no earlier than the span itself. The work that a caller asks for begins after the call.
 * - No others: what another program did meanwhile it did by itself, however long somebody looked at a breakpoint elsewhere.
 *
 *     caller   |----------------------|      waited
 *     stopped      |---#########---|
 *     earlier  |----------|                  waited for nobody: it began before in a thread that went on, in another trace
 *
 * What the stopped thread was doing is known from the snapshot that is taken at each stop, before the program goes on.
 */

/** Rows of a trace that are looked at for what was under way. */
const MOST_ROWS = 20_000;
const NANOS_PER_MS = 1e6;
const HIGH_MS = 2 ** 32 / NANOS_PER_MS;

/** Nanoseconds since 1970 in halves, as milliseconds: exact to a quarter of a microsecond. */
export function milliseconds(high: number, low: number): number {
  return (high >>> 0) * HIGH_MS + (low >>> 0) / NANOS_PER_MS;
}

/** The stretches in which a span was held up, in milliseconds since 1970. `trace`: its slot, or NONE. */
export function pausesOf(
  parts: StoreParts,
  trace: number,
  context: SpanContext,
  from: number,
  to: number,
): readonly Interval[] {
  const pauses = parts.pauses.overlapping(from, to);
  if (pauses.length === 0) return pauses;
  return mergedIntervals(
    pauses.filter((pause) => isStopped(context, pause) || latestStartIn(parts, trace, pause) >= from),
  );
}

/** Nanoseconds of a span just read in which it was held up. */
export function pausedNanos(
  parts: StoreParts,
  trace: number,
  context: SpanContext,
  span: Pick<ParsedSpan, 'startHigh' | 'startLow' | 'endHigh' | 'endLow'>,
): number {
  const from = milliseconds(span.startHigh, span.startLow);
  const to = milliseconds(span.endHigh, span.endLow);
  const pauses = pausesOf(parts, trace, context, from, to);
  return pauses.length === 0 ? 0 : Math.round(coveredTime(pauses, from, to) * NANOS_PER_MS);
}

/** The span was made by the thread that stood still, as far as is known. */
export function isStopped({ run, thread }: SpanContext, pause: Pause): boolean {
  return run === pause.run && (thread === undefined || pause.thread === undefined || thread === pause.thread);
}

/** When the last of the stopped thread's spans began that were under way during the stop; -Infinity without any. */
export function latestStartIn(parts: StoreParts, trace: number, pause: Pause): number {
  let latest = -Infinity;
  if (trace === NONE) return latest;
  const { segments, traces } = parts;
  let row = traces.page(trace)[recordAt(trace) + Trace.firstRow];
  for (let looked = 0; row !== NONE && looked < MOST_ROWS; looked++) {
    const segment = segments.of(row);
    const at = rowAt(row);
    const { words } = segment;
    row = words[at + Row.next];
    if (!isStopped(segment.context(at), pause)) continue;
    const start = milliseconds(words[at + Row.startHigh], words[at + Row.startLow]);
    if (start <= latest || start >= pause.to) continue;
    const end = segment.isOpen(at) ? Infinity : milliseconds(words[at + Row.endHigh], words[at + Row.endLow]);
    if (end > pause.from) latest = start;
  }
  return latest;
}
