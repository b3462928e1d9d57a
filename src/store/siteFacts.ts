import { DistinctHashes } from './distinctHashes';
import type { StoreParts } from './parts';
import { RowCursor } from './rowCursor';
import { Row, ROW_WORDS, type Segment } from './segment';
import { isVisible } from './siteSpans';
import { EXTRAS_HEADER } from './spanExtras';

/** Distinct names of one line in one run that are told apart. */
export const MOST_NAMES = 50_000;
/** Distinct names of all lines together: 16 MB of hashes at most. */
const MOST_HASHES = 1 << 20;
const NANOS_PER_MS = 1e6;
const HIGH = 2 ** 32;

/** What was counted of the spans of one line in one run. */
export interface Facts {
  /** Spans that ended. */
  count: number;
  /** Of them: with neither a parent nor links. */
  roots: number;
  readonly names: DistinctHashes;
  /** Text of the segment whose name came last: mostly the next has it, too. */
  lastName: number;
  lastSegment: Segment | undefined;
  /** Milliseconds since 1970; what started before does not count. */
  readonly since: number;
}

/**
 * Counts what the statistics of lines do not hold, by {@link Row.site}: only when asked, over rows that came since it was asked last.
 * Nothing is counted while spans arrive. What was counted stays when the spans leave.
 */
export class SiteFacts {
  private facts = new Map<number, Facts>();
  private hashes = 0;
  private readonly cursor: RowCursor;
  private generation = 0;
  private nameHashes = new Int32Array(1 << 10);
  private hashed: Segment | undefined;

  constructor(private readonly parts: StoreParts) {
    this.cursor = new RowCursor(
      parts.segments,
      (segment, at) => this.look(segment, at),
      () => this.forgetDropped(),
    );
  }

  /** Looks at the rows that came since the last call; false when `clock` says `until` before it is through. */
  advance(until: number, clock: () => number, generation: number): boolean {
    if (generation !== this.generation) this.startAnew(generation);
    return this.cursor.advance(until, clock);
  }

  /** Of a line's statistics by their number, as far as it was counted. `since`: milliseconds since 1970. */
  of(number: number, since = 0): Facts | undefined {
    const known = this.facts.get(number);
    if (since <= (known?.since ?? 0)) return known;
    return this.countAgain(number, since);
  }

  /** Spans that do not say their line may have another now: which were counted where is not known any more. */
  private startAnew(generation: number): void {
    this.generation = generation;
    const since = [...this.facts].filter(([, { since }]) => since > 0);
    this.facts = new Map(since.map(([number, facts]) => [number, newFacts(facts.since)]));
    this.hashes = 0;
    this.cursor.startAnew();
  }

  private forgetDropped(): void {
    for (const [number, { names }] of this.facts) {
      if (this.parts.lines.numbered(number)) continue;
      this.facts.delete(number);
      this.hashes -= names.count;
    }
  }

  private look(segment: Segment, at: number): void {
    const site = segment.words[at + Row.site];
    if (site <= 0 || segment.isOpen(at) || !isVisible(this.parts, segment, at)) return;
    let facts = this.facts.get(site - 1);
    if (facts === undefined) this.facts.set(site - 1, (facts = newFacts(0)));
    if (facts.since === 0 || startMs(segment, at) >= facts.since) this.count(facts, segment, at);
  }

  private count(facts: Facts, segment: Segment, at: number): void {
    facts.count++;
    if (segment.isRoot(at) && !hasLinks(segment, at)) facts.roots++;
    const name = segment.words[at + Row.name];
    if (facts.lastName === name && facts.lastSegment === segment) return;
    facts.lastName = name;
    facts.lastSegment = segment;
    if (this.hashes >= MOST_HASHES) facts.names.more = true;
    else if (facts.names.add(this.hashOf(segment, name))) this.hashes++;
  }

  private countAgain(number: number, since: number): Facts {
    const facts = newFacts(since);
    this.hashes -= this.facts.get(number)?.names.count ?? 0;
    this.facts.set(number, facts);
    const { cursor } = this;
    const { segments } = this.parts;
    for (let i = segments.dropped; i <= cursor.segment; i++) {
      const segment = segments.inOrder[i - segments.dropped];
      const rows = i === cursor.segment ? cursor.row : (segment?.rows ?? 0);
      for (let row = 0, at = 0; row < rows; row++, at += ROW_WORDS)
        if (segment.words[at + Row.site] === number + 1) this.look(segment, at);
    }
    return facts;
  }

  private hashOf(segment: Segment, name: number): number {
    const { bytes, starts, count } = segment.texts;
    if (this.hashed !== segment || name >= this.nameHashes.length) {
      this.hashed = segment;
      if (count > this.nameHashes.length) this.nameHashes = new Int32Array(count * 2);
      else this.nameHashes.fill(0);
    }
    const known = this.nameHashes[name];
    if (known !== 0) return known;
    let hash = 0x811c_9dc5 | 0;
    for (let i = starts[name]; i < starts[name + 1]; i++) hash = Math.imul(hash ^ bytes[i], 0x0100_0193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
    return (this.nameHashes[name] = hash ^ (hash >>> 13));
  }
}

function newFacts(since: number): Facts {
  return {
    count: 0,
    roots: 0,
    names: new DistinctHashes(MOST_NAMES),
    lastName: -1,
    lastSegment: undefined,
    since,
  };
}

export function hasLinks({ words, extras }: Segment, at: number): boolean {
  const record = words[at + Row.extras] - 1;
  return record >= 0 && extras.values[record + EXTRAS_HEADER - 1] > 0;
}

/** Milliseconds since 1970 when a span started. */
export function startMs({ words }: Segment, at: number): number {
  return ((words[at + Row.startHigh] >>> 0) * HIGH + (words[at + Row.startLow] >>> 0)) / NANOS_PER_MS;
}
