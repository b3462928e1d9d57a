import { asSpanId, asTraceId, type SpanId, type TraceId } from '../model/ids';
import { SPAN_KINDS } from '../model/span';
import type { Confidence, SourceLocation } from '../model/sourceLocation';
import type { StackTarget } from '../model/stackFrames';
import type { TraceColumns } from '../model/traceColumns';
import type { WaterfallChange, WaterfallHost, WaterfallStatus, WaterfallTarget, WaterfallView } from './waterfall';

/**
 * Checks of what crosses between host and webview. Each returns a value of its own making, so that nothing unexpected rides
 * along, and throws an Error naming the fault when the value cannot be used.
 */

const MAX_TRACES = 10_000;
const MAX_COPIED_CHARACTERS = 16 * 1024 * 1024;
const MAX_FILTER_CHARACTERS = 10_000;
const MAX_PATH_CHARACTERS = 32_768;
const CONFIDENCES: readonly Confidence[] = ['certain', 'likely', 'possible'];

type Fields = Readonly<Record<string, unknown>>;

export function isRpcMessage(message: unknown): boolean {
  if (!isFields(message)) return false;
  if (message.t === 's') return typeof message.i === 'string';
  return message.t === 'q' && typeof message.m === 'string' && Array.isArray(message.a);
}

/** The host's functions, callable with anything. */
export function guardHost(host: WaterfallHost): WaterfallHost {
  return {
    ready: async () => host.ready(),
    traces: async (limit) => host.traces(wholeNumber(limit, 1, MAX_TRACES, 'limit')),
    trace: async (traceId) => host.trace(checkedTraceId(traceId)),
    span: async (traceId, spanId, kind) =>
      host.span(
        checkedTraceId(traceId),
        checkedSpanId(spanId),
        SPAN_KINDS.find((known) => known === kind),
      ),
    logs: async (traceId, spanId, unplaced) =>
      host.logs(checkedTraceId(traceId), checkedSpanId(spanId), unplaced === true),
    logMarks: async (traceId) => host.logMarks(checkedTraceId(traceId)),
    findSpans: async (traceId, filter) =>
      host.findSpans(checkedTraceId(traceId), text(filter, 'filter', MAX_FILTER_CHARACTERS)),
    reveal: async (location) => host.reveal(checkedLocation(location)),
    revealFrame: async (frame, service) =>
      host.revealFrame(checkedFrame(frame), text(service, 'service', MAX_FILTER_CHARACTERS)),
    showing: async (target) => host.showing(checkedTarget(target)),
    copy: async (value) => host.copy(text(value, 'copied text', MAX_COPIED_CHARACTERS)),
    showRedactionSettings: async () => host.showRedactionSettings(),
  };
}

/** The view's functions, callable with anything; what fails the check is told to `onError` and not done. */
export function guardView(view: WaterfallView, onError: (error: Error) => void): WaterfallView {
  const attempt = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return {
    show: (target) => attempt(() => view.show(checkedTarget(target))),
    changed: (change) => attempt(() => view.changed(checkedChange(change))),
    mark: (spanIds) => attempt(() => view.mark(list(spanIds, 'span ids').map(checkedSpanId))),
    status: (status) => attempt(() => view.status(checkedStatus(status))),
  };
}

export function checkedTarget(value: unknown): WaterfallTarget {
  const { traceId, spanId, follow } = fields(value, 'target');
  return {
    ...(isGiven(traceId) && { traceId: checkedTraceId(traceId) }),
    ...(isGiven(spanId) && { spanId: checkedSpanId(spanId) }),
    follow: follow === true,
  };
}

export function checkedLocation(value: unknown): SourceLocation {
  const { confidence, reason, candidates, recorded, alternatives } = fields(value, 'location');
  return {
    ...checkedFrame(value),
    confidence: CONFIDENCES.find((known) => known === confidence) ?? 'possible',
    reason: typeof reason === 'string' ? reason : '',
    ...(typeof recorded === 'string' && { recorded: text(recorded, 'path', MAX_PATH_CHARACTERS) }),
    ...(isGiven(candidates) && {
      candidates: list(candidates, 'paths').map((path) => text(path, 'path', MAX_PATH_CHARACTERS)),
    }),
    ...(isGiven(alternatives) && { alternatives: list(alternatives, 'places').map(checkedFrame) }),
  };
}

function checkedFrame(value: unknown): StackTarget {
  const { path, line, column, functionName } = fields(value, 'location');
  return {
    path: text(path, 'path', MAX_PATH_CHARACTERS),
    line: wholeNumber(line, 1, 2 ** 31, 'line'),
    ...(isGiven(column) && { column: wholeNumber(column, 1, 2 ** 31, 'column') }),
    ...(typeof functionName === 'string' && { functionName }),
  };
}

/** Makes sure that every array holds `count` entries and every index stays inside, so that drawing needs no checks. */
export function checkedColumns(value: unknown): TraceColumns | undefined {
  if (!isGiven(value)) return undefined;
  const columns = fields(value, 'trace') as unknown as TraceColumns;
  const { count } = columns;
  wholeNumber(count, 0, 2 ** 31, 'count');
  checkedTraceId(columns.traceId);
  for (const [name, length] of Object.entries(columnLengths(count))) {
    const column = columns[name as keyof TraceColumns];
    if (!ArrayBuffer.isView(column) || (column as Uint8Array).length !== length)
      throw new Error(`Trace column "${name}" should hold ${length} entries`);
  }
  if (columns.paused !== undefined && (!(columns.paused instanceof Float64Array) || columns.paused.length !== count))
    throw new Error(`Trace column "paused" should hold ${count} entries`);
  if (columns.pauses !== undefined && (!(columns.pauses instanceof Float64Array) || columns.pauses.length % 2 !== 0))
    throw new Error('The pauses of a trace should be pairs of times');
  for (let row = 0; row < count; row++) checkRow(columns, row);
  return columns;
}

function columnLengths(count: number) {
  return {
    start: count,
    duration: count,
    selfTime: count,
    parent: count,
    depth: count,
    name: count,
    service: count,
    kind: count,
    status: count,
    flags: count,
    spanIds: count * 8,
  };
}

function checkRow({ parent, depth, name, service, names, services }: TraceColumns, row: number): void {
  if (parent[row] >= row || parent[row] < -1)
    throw new Error(`Row ${row} names row ${parent[row]} as its parent; parents come before their children`);
  const parentDepth = parent[row] < 0 ? -1 : depth[parent[row]];
  // Depth is kept in 16 bits: deeper rows stay at the limit.
  if (depth[row] !== Math.min(parentDepth + 1, 0xffff))
    throw new Error(`Row ${row} has depth ${depth[row]}; its parent has ${parentDepth}`);
  if (name[row] >= names.length || service[row] >= services.length)
    throw new Error(`Row ${row} names a string that was not sent`);
}

function checkedChange(value: unknown): WaterfallChange {
  const { revision, latestTrace, cleared } = fields(value, 'change');
  return {
    revision: typeof revision === 'number' ? revision : 0,
    ...(isGiven(latestTrace) && { latestTrace: checkedTraceId(latestTrace) }),
    ...(cleared === true && { cleared }),
  };
}

function checkedStatus(value: unknown): WaterfallStatus {
  const { engine, endpoint, problems, restricted, recording } = fields(value, 'status');
  return {
    engine: engine === 'restarting' ? 'restarting' : 'ready',
    ...(typeof endpoint === 'string' && { endpoint }),
    problems: Array.isArray(problems) ? problems.filter((problem) => typeof problem === 'string') : [],
    ...(restricted === true && { restricted }),
    ...(recording === true && { recording }),
  };
}

function checkedTraceId(value: unknown): TraceId {
  const id = typeof value === 'string' ? asTraceId(value) : undefined;
  if (!id) throw new Error(`${shown(value)} is not a trace id of 32 hex digits`);
  return id;
}

function checkedSpanId(value: unknown): SpanId {
  const id = typeof value === 'string' ? asSpanId(value) : undefined;
  if (!id) throw new Error(`${shown(value)} is not a span id of 16 hex digits`);
  return id;
}

function wholeNumber(value: unknown, least: number, most: number, what: string): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw new Error(`${shown(value)} is not a ${what} from ${least} to ${most}`);
}

function text(value: unknown, what: string, most: number): string {
  if (typeof value === 'string' && value.length <= most) return value;
  throw new Error(`${shown(value)} is not a ${what} of at most ${most} characters`);
}

function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${shown(value)} is not a list of ${what}`);
}

function fields(value: unknown, what: string): Fields {
  if (isFields(value)) return value;
  throw new Error(`${shown(value)} is not a ${what}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON turns an undefined member of an array into null. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? String(value);
}
