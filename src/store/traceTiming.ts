import { coveredTime, type Interval, mergedIntervals } from '../model/intervals';
import type { TraceTree } from '../model/traceTree';
import type { TreeSpans } from '../model/treeSpans';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { isStopped, latestStartIn, milliseconds } from './pausedTime';
import type { Pause } from './pauseTable';
import { Row, rowAt, type SpanContext } from './segment';
import { recordAt, Trace } from './traceTable';

const NANOS_PER_MS = 1e6;

/** What the debugger held up of one trace. */
export interface TracePauses {
  /** Nanoseconds of each span. */
  readonly paused: Float64Array;
  /** The part of them that no child of the span has. */
  readonly heldSelf: Float64Array;
  /** From and to in turn, nanoseconds from the trace's epoch. */
  readonly pauses: Float64Array;
}

interface KnownPause {
  readonly pause: Pause;
  /** Spans of other threads waited for it that began by then; milliseconds since 1970. */
  readonly waitedFrom: number;
}

/**
 * Up to when, in milliseconds since 1970, spans of the trace have run that have not ended: `now`, unless their thread stands at a
 * breakpoint; -Infinity where nothing can be running any more.
 */
export function runningUntilMs(parts: StoreParts, slot: number, now: number): number {
  const page = parts.traces.page(slot);
  const at = recordAt(slot);
  const start = milliseconds(page[at + Trace.startHigh], page[at + Trace.startLow]);
  const standing = parts.pauses.overlapping(start, Infinity).filter(({ to }) => to === Infinity);
  let last = -Infinity;
  for (const context of runningContexts(parts, slot)) {
    const stop = standing.find((pause) => isStopped(context, pause));
    last = Math.max(last, stop ? stop.from : now);
  }
  return last;
}

/** Contexts of spans of the trace that have not ended and still can. */
function runningContexts(parts: StoreParts, slot: number): Set<SpanContext> {
  const contexts = new Set<SpanContext>();
  let row = parts.traces.page(slot)[recordAt(slot) + Trace.firstRow];
  while (row !== NONE) {
    const segment = parts.segments.of(row);
    const at = rowAt(row);
    const context = segment.context(at);
    const isRunning = context.thread !== undefined && parts.live.has(context);
    if (isRunning && segment.mayEnd(at) && !segment.isReplaced(at)) contexts.add(context);
    row = segment.words[at + Row.next];
  }
  return contexts;
}

/**
 * Undefined where no debugger held anything up.
 *
 * @param rows the spans' rows in the store
 * @param epochMs milliseconds since 1970 of the trace's epoch
 */
export function tracePauses(
  parts: StoreParts,
  slot: number,
  spans: TreeSpans,
  rows: Uint32Array,
  epochMs: number,
  tree: TraceTree,
): TracePauses | undefined {
  if (parts.pauses.isEmpty) return undefined;
  const extent = spans.start.reduce((latest, start, span) => Math.max(latest, start + spans.duration[span]), 0);
  const known = parts.pauses
    .overlapping(epochMs, epochMs + extent / NANOS_PER_MS)
    .map((pause): KnownPause => ({ pause, waitedFrom: latestStartIn(parts, slot, pause) }));
  if (known.length === 0) return undefined;
  const paused = new Float64Array(spans.count);
  const heldSelf = new Float64Array(spans.count);
  const drawn: Interval[] = [];
  for (let span = 0; span < spans.count; span++) {
    const intervals = heldUp(spans, span, parts.segments.of(rows[span]).context(rowAt(rows[span])), known, epochMs);
    if (intervals.length === 0) continue;
    paused[span] = coveredTime(intervals, spans.start[span], spans.start[span] + spans.duration[span]);
    heldSelf[span] = uncoveredByChildren(spans, tree, span, intervals);
    drawn.push(...intervals);
  }
  return drawn.length === 0 ? undefined : { paused, heldSelf, pauses: pairs(mergedIntervals(drawn), extent) };
}

function heldUp(
  spans: TreeSpans,
  span: number,
  context: SpanContext,
  known: readonly KnownPause[],
  epochMs: number,
): Interval[] {
  const start = spans.start[span];
  const startMs = epochMs + start / NANOS_PER_MS;
  const end = start + spans.duration[span];
  const counted = known.filter(({ pause, waitedFrom }) => isStopped(context, pause) || waitedFrom >= startMs);
  const intervals = counted.map(({ pause: { from, to } }) => ({
    from: (from - epochMs) * NANOS_PER_MS,
    to: (to - epochMs) * NANOS_PER_MS,
  }));
  return mergedIntervals(intervals.filter(({ from, to }) => from < end && to > start));
}

/** How much of the stretches lies in the span's own time: a child that was held up as well has the rest. */
function uncoveredByChildren(
  { start, duration }: TreeSpans,
  { children, childrenAt }: TraceTree,
  span: number,
  intervals: readonly Interval[],
): number {
  const end = start[span] + duration[span];
  let reached = start[span];
  let uncovered = 0;
  for (let i = childrenAt[span]; i < childrenAt[span + 1]; i++) {
    const child = children[i];
    if (start[child] > reached) uncovered += coveredTime(intervals, reached, Math.min(end, start[child]));
    reached = Math.max(reached, Math.min(end, start[child] + duration[child]));
  }
  return uncovered + (reached < end ? coveredTime(intervals, reached, end) : 0);
}

function pairs(intervals: readonly Interval[], extent: number): Float64Array {
  return Float64Array.from(intervals.flatMap(({ from, to }) => [Math.max(0, from), Math.min(extent, to)]));
}
