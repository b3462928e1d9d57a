import { NONE } from './byteInterner';
import { HashTable, mix } from './hashTable';
import { Row, rowAt } from './segment';
import type { Segments } from './segments';
import { recordAt, Trace, type TraceTable } from './traceTable';

/** A trace with more rows than this gets a table of its own; in a smaller one its list is searched. */
const LISTED = 24;
const TABLE_PAIRS = 64;

/**
 * Rows by trace and span id. Not one table for all: that would be a cache miss a span, while the few traces that are being received
 * stay in the cache. Most spans are not even looked for: their bit in the trace's filter says that they are new.
 */
export class SpanIds {
  /** By trace slot. */
  private readonly tables: (HashTable | undefined)[] = [];
  /** Bytes of all tables. */
  byteLength = 0;
  private table: HashTable | undefined;
  private row = NONE;
  private span0 = 0;
  private span1 = 0;

  constructor(
    private readonly segments: Segments,
    private readonly traces: TraceTable,
    private readonly seed: number,
  ) {}

  /** The first row of the trace with this span id, replaced copies too, or NONE; {@link next} gives the others. */
  first(trace: number, span0: number, span1: number): number {
    const hash = this.hash(span0, span1);
    const page = this.traces.page(trace);
    const at = recordAt(trace);
    if (!hasBit(page, at, hash)) return NONE;
    this.span0 = span0;
    this.span1 = span1;
    this.table = page[at + Trace.rows] > LISTED ? this.tables[trace] : undefined;
    this.row = this.table === undefined ? page[at + Trace.firstRow] : this.table.first(hash);
    return this.match();
  }

  next(): number {
    this.row = this.following();
    return this.match();
  }

  private following(): number {
    if (this.table !== undefined) return this.table.next();
    return this.segments.of(this.row).words[rowAt(this.row) + Row.next];
  }

  private match(): number {
    while (this.row !== NONE) {
      const { words } = this.segments.of(this.row);
      const at = rowAt(this.row);
      if (words[at + Row.span0] === this.span0 && words[at + Row.span1] === this.span1) break;
      this.row = this.following();
    }
    return this.row;
  }

  /** To be called once the row is in its trace's list. */
  add(trace: number, span0: number, span1: number, row: number): void {
    const hash = this.hash(span0, span1);
    const page = this.traces.page(trace);
    const at = recordAt(trace);
    page[at + Trace.filter0 + ((hash >>> 5) & 1)] |= 1 << (hash & 31);
    if (page[at + Trace.rows] <= LISTED) return;
    const table = this.tables[trace];
    if (table === undefined) this.addTable(trace, page[at + Trace.firstRow]);
    else if (table.add(hash, row)) this.byteLength += table.byteLength / 2;
  }

  private addTable(trace: number, firstRow: number): void {
    const table = new HashTable(TABLE_PAIRS);
    while (this.tables.length <= trace) this.tables.push(undefined);
    this.tables[trace] = table;
    for (let row = firstRow; row !== NONE;) {
      const { words } = this.segments.of(row);
      const at = rowAt(row);
      table.add(this.hash(words[at + Row.span0], words[at + Row.span1]), row);
      row = words[at + Row.next];
    }
    this.byteLength += table.byteLength;
  }

  /** To be called before the row is taken from the count of its trace's rows. */
  remove(trace: number, span0: number, span1: number, row: number): void {
    const table = this.tables[trace];
    if (table === undefined) return;
    // A list that has become short again is searched itself, so its table would no longer be kept up.
    if (this.traces.page(trace)[recordAt(trace) + Trace.rows] <= LISTED + 1) this.drop(trace);
    else table.remove(this.hash(span0, span1), row);
  }

  /** The trace has left. */
  drop(trace: number): void {
    const table = this.tables[trace];
    if (table === undefined) return;
    this.byteLength -= table.byteLength;
    this.tables[trace] = undefined;
  }

  private hash(span0: number, span1: number): number {
    return mix(span0, span1, this.seed);
  }
}

function hasBit(page: Int32Array, at: number, hash: number): boolean {
  return (page[at + Trace.filter0 + ((hash >>> 5) & 1)] & (1 << (hash & 31))) !== 0;
}
