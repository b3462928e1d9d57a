import { coveredTime, mergedIntervals } from '../model/intervals';
import type { ContextLoss } from '../model/lineEvidence';
import type { StoreParts } from './parts';
import { nameOf } from './rowName';
import { Row, ROW_WORDS, type Segment } from './segment';
import { hasLinks } from './siteFacts';
import { isVisible } from './siteSpans';
import { nanosOf, type SampledRow } from './siteSamples';

/** Roots of a line that are needed to tell anything. */
const FEWEST = 3;
/** Rows that are looked at for what a thread was busy with, and traces that are found there. */
const MOST_ROWS = 1 << 16;
const MOST_TRACES = 4096;
/** How likely it may be that so many began inside others by chance. */
const CHANCE = 0.01;
const MOSTLY = 0.9;
/** Nanoseconds. */
const MARGIN = 1e6;
/** OTLP's numbers of server and consumer: their spans are roots where the caller is not traced. */
const ENTRIES: ReadonlySet<number> = new Set([2, 5]);

interface Open {
  readonly from: number;
  readonly to: number;
  readonly segment: Segment;
  readonly at: number;
  /** {@link Row.site}. */
  readonly site: number;
}

/**
 * Tells whether the roots among a line's spans began while their thread was busy with another trace, more often than its business
 * explains:
 *
 *     GET /orders  |-----------|            |------------|
 *     query            |--|  a root             |--|  a root
 *
 * One of it serves all lines of a question.
 */
export class ContextLosses {
  /** By run and thread. */
  private readonly busy = new Map<string, readonly Open[]>();

  constructor(private readonly parts: StoreParts) {}

  /** `sites`: of the line. Undefined where nothing speaks for it. */
  of(rows: readonly SampledRow[], sites: ReadonlySet<number>): ContextLoss | undefined {
    const roots = rows.filter(({ segment, at }) => isBareRoot(segment, at));
    if (roots.length < FEWEST) return undefined;
    const [{ segment, at }] = roots;
    const { run, thread } = segment.context(at);
    const ofThread = roots.filter((row) => row.segment.context(row.at).thread === thread);
    const others = this.tracesOf(run, thread).filter(({ site }) => !sites.has(site - 1));
    const holders = ofThread.map((row) => holderOf(row, others));
    const inside = holders.filter((holder) => holder !== undefined);
    if (inside.length < FEWEST || inside.length < MOSTLY * ofThread.length) return undefined;
    if (busyShare(others, ofThread) ** inside.length > CHANCE) return undefined;
    return { roots: ofThread.length, inside: inside.length, operation: mostFrequent(inside) };
  }

  private tracesOf(run: string, thread: string | undefined): readonly Open[] {
    const key = `${run} ${thread}`;
    const known = this.busy.get(key);
    if (known) return known;
    const found = tracesOf(this.parts, run, thread);
    this.busy.set(key, found);
    return found;
  }
}

function isBareRoot(segment: Segment, at: number): boolean {
  return segment.isRoot(at) && !ENTRIES.has(segment.kind(at)) && !hasLinks(segment, at);
}

/** What the thread was busy with: its spans that have no parent, or one elsewhere. */
function tracesOf(parts: StoreParts, run: string, thread: string | undefined): Open[] {
  const found: Open[] = [];
  const { inOrder } = parts.segments;
  for (let i = inOrder.length - 1, looked = 0; i >= 0 && looked < MOST_ROWS && found.length < MOST_TRACES; i--) {
    const segment = inOrder[i];
    const { words } = segment;
    looked += segment.rows;
    for (let at = (segment.rows - 1) * ROW_WORDS; at >= 0; at -= ROW_WORDS) {
      if (!segment.isRoot(at) && !ENTRIES.has(segment.kind(at))) continue;
      if (segment.isOpen(at) || !isVisible(parts, segment, at)) continue;
      const context = segment.context(at);
      if (context.run !== run || context.thread !== thread) continue;
      const from = nanosOf(words[at + Row.startHigh], words[at + Row.startLow]);
      const to = nanosOf(words[at + Row.endHigh], words[at + Row.endLow]);
      if (to - from > 2 * MARGIN) found.push({ from, to, segment, at, site: words[at + Row.site] });
    }
  }
  return found;
}

/** The name of what began last of all that was under way when the span did. */
function holderOf({ segment, at }: SampledRow, others: readonly Open[]): string | undefined {
  const start = nanosOf(segment.words[at + Row.startHigh], segment.words[at + Row.startLow]);
  let holder: Open | undefined;
  for (const other of others) if (isWithin(other, start) && (!holder || other.from > holder.from)) holder = other;
  return holder && nameOf(holder.segment, holder.at);
}

/** Clocks of programs that make spans are exact to a millisecond: what comes right after another may seem to be inside it. */
function isWithin({ from, to }: Open, moment: number): boolean {
  return from + MARGIN <= moment && moment + MARGIN <= to;
}

/** The share of the time, from the first to the last that is known, in which the thread was busy. */
function busyShare(others: readonly Open[], roots: readonly SampledRow[]): number {
  const merged = mergedIntervals(others);
  const starts = roots.map(({ segment: { words }, at }) =>
    nanosOf(words[at + Row.startHigh], words[at + Row.startLow]),
  );
  const from = Math.min(...starts, merged[0].from);
  const to = Math.max(...starts, merged.at(-1)!.to);
  return coveredTime(merged, from, to) / (to - from);
}

function mostFrequent(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}
