import { mergedIntervals, type Interval } from '../model/intervals';
import type { RepeatedCall } from '../model/lineEvidence';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { nameOf } from './rowName';
import { Row, rowAt, type Segment } from './segment';

/** OTLP's number of client: a call of a database, a service, a cache. */
const CLIENT = 3;
/** Calls under one parent that are worth telling. */
const FEWEST = 10;

interface Calls {
  readonly intervals: Interval[];
  readonly trace: number;
  readonly parent: readonly [number, number];
}

/** The calls that the spans of one trace make, by line and by parent. */
export class CallsOfTrace {
  private readonly byLine = new Map<number, Map<number, Calls>>();

  /** `key`: of the parent. */
  note(segment: Segment, at: number, key: number): void {
    const { words } = segment;
    const site = words[at + Row.site];
    if (site === 0 || segment.kind(at) !== CLIENT || segment.isOpen(at)) return;
    let byParent = this.byLine.get(site);
    if (!byParent) this.byLine.set(site, (byParent = new Map()));
    let calls = byParent.get(key);
    if (!calls) {
      const parent = [words[at + Row.parent0], words[at + Row.parent1]] as const;
      byParent.set(key, (calls = { intervals: [], trace: words[at + Row.trace], parent }));
    }
    calls.intervals.push(intervalOf(segment, at));
  }

  /** The parent with the most calls of a line; undefined for few. `sites`: of the line. */
  most(parts: StoreParts, sites: ReadonlySet<number>, isCut: boolean): RepeatedCall | undefined {
    let most: Calls | undefined;
    for (const site of sites)
      for (const calls of this.byLine.get(site + 1)?.values() ?? [])
        if (calls.intervals.length > (most?.intervals.length ?? FEWEST - 1)) most = calls;
    const row = most ? parts.findSpan(most.trace, [...most.parent]) : NONE;
    if (!most || row === NONE) return undefined;
    const [segment, at] = [parts.segments.of(row), rowAt(row)];
    const parent = intervalOf(segment, at);
    const merged = mergedIntervals(most.intervals);
    return {
      count: most.intervals.length,
      ...(isCut && { more: true }),
      under: nameOf(segment, at),
      busy: merged.reduce((sum, { from, to }) => sum + to - from, 0),
      parentTook: parent.to - parent.from,
      inTurn: areInTurn(most.intervals),
    };
  }
}

const HIGH = 2 ** 32;
/** Clocks of programs are exact to a millisecond: neighbours may seem to overlap. In nanoseconds. */
const MARGIN = 1e6;

function intervalOf({ words }: Segment, at: number): Interval {
  return {
    from: (words[at + Row.startHigh] >>> 0) * HIGH + (words[at + Row.startLow] >>> 0),
    to: (words[at + Row.endHigh] >>> 0) * HIGH + (words[at + Row.endLow] >>> 0),
  };
}

function areInTurn(intervals: readonly Interval[]): boolean {
  const ordered = [...intervals].sort((a, b) => a.from - b.from);
  return ordered.every(({ from }, index) => index === 0 || from >= ordered[index - 1].to - MARGIN);
}
