import type { TraceId } from '../model/ids';
import { coveredTime, mergedIntervals } from '../model/intervals';
import type { TraceSummary } from '../model/traceColumns';
import { NONE } from './byteInterner';
import { traceIdText } from './idText';
import type { StoreParts } from './parts';
import { latestStartIn, milliseconds } from './pausedTime';
import { difference, Row, rowAt } from './segment';
import { requestPath } from './requestPath';
import { nameOf } from './rowName';
import { recordAt, Trace } from './traceTable';
import { LAST_SERVICE_BIT } from './traceUpdate';

/** Makes summaries of traces for one list: what its traces have in common is looked up once. */
export class Summaries {
  /** Nanoseconds from which a trace is slow, by the name of its root within a service. */
  private readonly slowFrom = new Map<string, number>();

  constructor(
    private readonly parts: StoreParts,
    private readonly isPinned: (page: Int32Array, at: number) => boolean,
  ) {}

  of(slot: number): TraceSummary {
    const { parts } = this;
    const page = parts.traces.page(slot);
    const at = recordAt(slot);
    const segment = parts.segments.of(rootOf(page, at));
    const root = rowAt(rootOf(page, at));
    const [rootName, rootService] = [nameOf(segment, root), segment.context(root).service];
    const path = requestPath(segment, root, rootName);
    const rooted = page[at + Trace.rootRow] !== NONE;
    const timed = (page[at + Trace.endHigh] | page[at + Trace.endLow]) !== 0;
    const paused = timed ? this.pausedNanos(slot) : 0;
    const [startHigh, startLow] = timed ? [page[at + Trace.startHigh], page[at + Trace.startLow]] : [0, 0];
    return {
      traceId: traceIdAt(page, at),
      rootName,
      rootService,
      ...(path !== undefined && { rootPath: path }),
      rooted,
      startMs: difference(startHigh, startLow, 0, 0) / 1e6,
      duration: difference(page[at + Trace.endHigh], page[at + Trace.endLow], startHigh, startLow) - paused,
      ...(paused > 0 && { paused }),
      spans: page[at + Trace.spans],
      errors: page[at + Trace.errors],
      services: servicesOf(parts, page, at, rootService),
      run: segment.context(root).run,
      pinned: this.isPinned(page, at),
      slow: rooted && segment.duration(root) - paused > this.slowLimit(rootService, rootName),
    };
  }

  /** Nanoseconds in which the debugger held up one of the trace's programs while it worked on it. */
  private pausedNanos(slot: number): number {
    const { parts } = this;
    const page = parts.traces.page(slot);
    const at = recordAt(slot);
    const from = milliseconds(page[at + Trace.startHigh], page[at + Trace.startLow]);
    const to = milliseconds(page[at + Trace.endHigh], page[at + Trace.endLow]);
    const pauses = parts.pauses.overlapping(from, to).filter((pause) => latestStartIn(parts, slot, pause) > -Infinity);
    return Math.round(coveredTime(mergedIntervals(pauses), from, to) * 1e6);
  }

  private slowLimit(service: string, name: string): number {
    const key = `${service}\n${name}`;
    let limit = this.slowFrom.get(key);
    if (limit === undefined) {
      limit = this.parts.operations.slowFrom(service, name);
      this.slowFrom.set(key, limit);
    }
    return limit;
  }
}

/** Row of the trace's root, or of its earliest span while it has none. */
export function rootOf(page: Int32Array, at: number): number {
  return page[at + Trace.rootRow] === NONE ? page[at + Trace.earliestRow] : page[at + Trace.rootRow];
}

export function traceIdAt(page: Int32Array, at: number): TraceId {
  return traceIdText(page[at], page[at + 1], page[at + 2], page[at + 3]);
}

/** The root's service first. */
function servicesOf(parts: StoreParts, page: Int32Array, at: number, rootService: string): string[] {
  const found = new Set([rootService]);
  for (let bits = page[at + Trace.services], service = 0; bits !== 0; bits >>>= 1, service++) {
    if ((bits & 1) !== 0 && service < LAST_SERVICE_BIT) found.add(parts.services.name(service));
    else if ((bits & 1) !== 0) addLateServices(parts, page[at + Trace.firstRow], found);
  }
  return [...found];
}

/** Services beyond those that have a bit of their own are read from the spans. */
function addLateServices(parts: StoreParts, first: number, found: Set<string>): void {
  for (let row = first; row !== NONE;) {
    const segment = parts.segments.of(row);
    found.add(segment.context(rowAt(row)).service);
    row = segment.words[rowAt(row) + Row.next];
  }
}
