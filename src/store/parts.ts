import { randomBytes } from 'node:crypto';
import { type PathMapper, pathsAsTheyAre } from '../model/mappedPath';
import { WireReader } from '../otlp/wire/wireReader';
import { BoundedNames } from './boundedNames';
import { NONE } from './byteInterner';
import { CodeRoleReader } from './codeRoles';
import { EvictedTraces } from './evictedTraces';
import { LineTable } from './lineTable';
import { LiveThreads } from './liveThreads';
import { OperationTable } from './operationTable';
import { PauseTable } from './pauseTable';
import { RedactionCounts } from './redactionCounts';
import { RunTable } from './runTable';
import { MAX_SEGMENT_ROWS, rowAt } from './segment';
import { SegmentMemory } from './segmentMemory';
import { Segments } from './segments';
import { type SegmentLimits, SegmentWriter } from './segmentWriter';
import { SpanIds } from './spanIds';
import { TraceTable } from './traceTable';

const MAX_SPAN_NAMES = 65_536;
const MAX_FILES = 20_000;
const MAX_REASONS = 100;
const MAX_SERVICES = 4096;

/** The share of the whole that one segment may be: what is evicted, is evicted by segments. */
const SEGMENTS_IN_STORE = 16;
const SMALLEST_SEGMENT_ROWS = 256;
/** Bytes that a span is taken to need when the size of segments is chosen. */
const BYTES_PER_SPAN = 256;

/** Everything the store holds; the store is emptied by making all of it anew. */
export class StoreParts {
  /** Mixed into every hash, so that no sender can choose ids or strings that collide. */
  readonly seed = randomBytes(4).readInt32LE();
  readonly reader = new WireReader();
  readonly segments: Segments;
  readonly traces = new TraceTable(this.seed);
  readonly spanIds: SpanIds;
  readonly evicted: EvictedTraces;
  readonly runs = new RunTable();
  readonly services = new BoundedNames(MAX_SERVICES, '(other services)');
  readonly spanNames = new BoundedNames(MAX_SPAN_NAMES, '(other names)');
  readonly files = new BoundedNames(MAX_FILES, '(other files)');
  readonly reasons = new BoundedNames(MAX_REASONS, '(other reasons)');
  readonly lines: LineTable;
  readonly operations = new OperationTable(this.services, this.spanNames);
  readonly redactions = new RedactionCounts();
  readonly writer: SegmentWriter;
  /** Spans held. */
  spans = 0;

  constructor(
    maxBytes: number,
    readonly pauses = new PauseTable(),
    readonly live = new LiveThreads(),
    paths: PathMapper = pathsAsTheyAre,
    memory = new SegmentMemory(),
  ) {
    this.segments = new Segments(memory);
    this.spanIds = new SpanIds(this.segments, this.traces, this.seed);
    this.lines = new LineTable(this.files, this.reasons, this.spanNames, this.services, paths);
    this.evicted = new EvictedTraces(this.seed, evictedTracesRemembered(maxBytes));
    const roles = new CodeRoleReader(this.files, this.reasons);
    this.writer = new SegmentWriter(
      this.reader,
      this.segments,
      this.services,
      roles,
      this.seed,
      segmentLimits(maxBytes),
    );
  }

  /** For another limit than at first. */
  resize(maxBytes: number): void {
    this.writer.setLimits(segmentLimits(maxBytes));
  }

  /** Row of a span with this id (two words) in the trace, of this kind if there is one; or NONE. */
  findSpan(trace: number, [span0, span1]: readonly number[], kind?: number): number {
    const { spanIds, segments } = this;
    let found = NONE;
    for (let row = spanIds.first(trace, span0, span1); row !== NONE; row = spanIds.next()) {
      if (segments.of(row).isReplaced(rowAt(row))) continue;
      if (kind === undefined || segments.of(row).kind(rowAt(row)) === kind) return row;
      found = row;
    }
    return found;
  }

  /** Bytes of spans, traces and indexes. */
  get spanBytes(): number {
    const { segments, writer, traces, spanIds, evicted } = this;
    return (
      segments.sealedBytes +
      writer.usedBytes +
      writer.spareBytes +
      traces.byteLength +
      spanIds.byteLength +
      evicted.byteLength
    );
  }

  /** Bytes of statistics, which stay when spans go. */
  get statisticsBytes(): number {
    const names = [this.services, this.spanNames, this.files, this.reasons];
    return (
      this.lines.byteLength + this.operations.byteLength + names.reduce((sum, { byteLength }) => sum + byteLength, 0)
    );
  }
}

function segmentLimits(maxBytes: number): SegmentLimits {
  const bytes = maxBytes / SEGMENTS_IN_STORE;
  const rows = 2 ** Math.floor(Math.log2(bytes / BYTES_PER_SPAN));
  return { rows: Math.min(MAX_SEGMENT_ROWS, Math.max(SMALLEST_SEGMENT_ROWS, rows)), bytes };
}

/** Some ten minutes of a busy program, and no more than a 64th of a small store. */
function evictedTracesRemembered(maxBytes: number): number {
  return Math.max(256, Math.min(1 << 16, Math.floor(maxBytes / 4096)));
}
