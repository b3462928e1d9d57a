import type { RunId } from '../model/ids';
import { SCOPE_SPANS_SPAN } from '../otlp/wire/fields';
import { readFrame, type SpanBlock } from '../otlp/wire/requestFrame';
import { NONE } from './byteInterner';
import { CopySearch, isOpen, MAX_SHARING } from './identity';
import type { StoreParts } from './parts';
import { RejectionLog } from './rejectionLog';
import type { Run } from './runTable';
import { Row, ROW_BITS, rowAt, type Segment } from './segment';
import { parseSpan, ParsedSpan } from './spanParser';
import { SpanStatistics } from './spanStatistics';
import { addToTrace, replaceInTrace } from './traceUpdate';

/** Where a request came from. */
export interface Origin {
  readonly run: RunId;
  /** Runs of the same name are compared with each other. */
  readonly runName: string;
  /** `preload`: our own copy of what the program exports, with call sites; `otlp`: from any exporter. */
  readonly from: 'preload' | 'otlp';
  /** `<pid>/<thread>` that made the spans, where that is known. */
  readonly thread?: string;
  /** The thread is gone: what is open in this request will never end. */
  readonly last?: boolean;
  /** Milliseconds since 1970; now unless given, as it is by a journal. */
  readonly receivedAt?: number;
}

export interface AppendResult {
  /** Spans taken in. */
  readonly accepted: number;
  /** Spans that cannot be kept, for the reasons in `message`; the others of the request are. */
  readonly rejected: number;
  /** Spans that are held already: sent again, or by another exporter. A better copy took the place of the one held. */
  readonly duplicates: number;
  readonly message?: string;
  /** Set when the bytes are no ExportTraceServiceRequest, or are cut off: what is wrong. Nothing of it was kept. */
  readonly fault?: string;
}

/** A trace that takes this share of the store gets no further spans: soon it could not be kept whole. */
const LARGEST_TRACE = 0.4;
const TRACE_TOO_LARGE =
  'belongs to a trace that has grown too large to be kept whole; raise the setting "spanline.store.maxBytes"';

const NOTHING: AppendResult = { accepted: 0, rejected: 0, duplicates: 0 };

/** Takes requests into the store: reads, recognises copies, writes rows, keeps traces and statistics up to date. */
export class Appender {
  private readonly span = new ParsedSpan();
  private readonly rejections = new RejectionLog();
  private accepted = 0;
  private duplicates = 0;
  private run!: Run;
  private origin!: Origin;
  private block!: SpanBlock;
  /** Context of {@link block} in {@link segment}, NONE before its first span. */
  private context = NONE;
  private segment: Segment | undefined;
  private readonly statistics: SpanStatistics;
  private readonly copies: CopySearch;

  constructor(
    private readonly parts: StoreParts,
    private readonly maxBytes: () => number,
    private readonly clock: () => number,
  ) {
    this.statistics = new SpanStatistics(parts);
    this.copies = new CopySearch(parts);
  }

  append(request: Uint8Array, origin: Origin): AppendResult {
    const { reader, runs } = this.parts;
    reader.open(request);
    const blocks = readFrame(reader);
    if (reader.fault !== undefined) {
      const fault = `The request ${reader.fault} (at byte ${reader.faultAt} of ${request.length}); nothing of it was kept`;
      reader.close();
      return { ...NOTHING, fault };
    }
    this.accepted = this.duplicates = 0;
    this.rejections.clear();
    this.origin = origin;
    this.run = runs.touch(origin.run, origin.runName, origin.receivedAt ?? this.clock());
    for (const block of blocks) this.appendBlock(block);
    reader.close();
    return this.result();
  }

  private result(): AppendResult {
    const { accepted, duplicates } = this;
    const { count: rejected } = this.rejections;
    if (rejected === 0) return { accepted, rejected, duplicates };
    return { accepted, rejected, duplicates, message: this.rejections.message(accepted + duplicates + rejected) };
  }

  private appendBlock(block: SpanBlock): void {
    const { reader } = this.parts;
    this.block = block;
    this.context = NONE;
    let pos = block.start;
    while (pos < block.end) {
      reader.seek(pos);
      const tag = reader.tag(block.end);
      if (tag !== SCOPE_SPANS_SPAN) {
        reader.skip(tag, block.end);
        pos = reader.pos;
        continue;
      }
      const length = reader.length(block.end);
      pos = reader.pos + length;
      this.appendSpan(pos);
    }
  }

  /** The span from the reader's position to `end`. */
  private appendSpan(end: number): void {
    const { parts, span } = this;
    parts.writer.makeRoom();
    const fault = parseSpan(parts.reader, end, span) ?? parts.writer.check(span);
    if (fault !== undefined) {
      this.rejections.add(fault);
      return;
    }
    const trace = parts.traces.find(span.trace0, span.trace1, span.trace2, span.trace3);
    if (trace === NONE) this.appendToNewTrace();
    else this.appendToTrace(trace);
  }

  private appendToNewTrace(): void {
    const { parts, span } = this;
    const { trace0, trace1, trace2, trace3 } = span;
    this.accepted++;
    if (parts.evicted.has(trace0, trace1, trace2, trace3)) this.countLateSpan();
    else this.writeSpan(parts.traces.add(trace0, trace1, trace2, trace3), NONE);
  }

  private appendToTrace(trace: number): void {
    const { span } = this;
    const copy = this.copies.find(span, trace);
    if (copy !== NONE) {
      this.duplicates++;
      if (this.isBetter(copy)) this.writeSpan(trace, copy);
    } else if (this.copies.tooMany) {
      this.rejections.add(`shares its span id with ${MAX_SHARING} others of its trace`);
    } else if (this.isTooLarge(trace)) {
      this.rejections.add(TRACE_TOO_LARGE);
    } else {
      this.accepted++;
      this.writeSpan(trace, NONE);
    }
  }

  private isTooLarge(trace: number): boolean {
    return this.parts.traces.bytesOf(trace) > this.maxBytes() * LARGEST_TRACE;
  }

  /** Ended beats open, then located beats not located; of equals the first stays. */
  private isBetter(row: number): boolean {
    const { span, parts } = this;
    const segment = parts.segments.of(row);
    const heldIsOpen = segment.isOpen(rowAt(row));
    if (heldIsOpen !== isOpen(span)) return heldIsOpen;
    if (heldIsOpen && this.origin.last) return segment.words[rowAt(row) + Row.site] <= 0;
    return parts.writer.site.isLocated && segment.words[rowAt(row) + Row.site] === 0;
  }

  /** `replaced`: the row of the lesser copy, or NONE. */
  private writeSpan(trace: number, replaced: number): void {
    const { parts, span } = this;
    const { writer } = parts;
    const context = this.contextOfBlock();
    const name = writer.internName(span.nameStart, span.nameLength);
    const site = this.countSpan(context, name, trace, replaced);
    const index = writer.write(span, name, context, trace, site);
    const row = (writer.current.slot << ROW_BITS) | index;
    if (replaced === NONE) addToTrace(parts, trace, row);
    else replaceInTrace(parts, trace, replaced, row);
    parts.traces.addBytes(trace, writer.rowBytes);
  }

  /** A span whose trace has left counts in the statistics and is not kept: it would be shown as a trace of its own. */
  private countLateSpan(): void {
    const { parts, span } = this;
    const name = parts.writer.internName(span.nameStart, span.nameLength);
    this.countSpan(this.contextOfBlock(), name, NONE, NONE);
  }

  private countSpan(context: number, name: number, trace: number, replaced: number): number {
    const { parts, span, statistics, run } = this;
    const place = { context: parts.writer.current.contexts[context], run, trace, replaced };
    return statistics.count(span, place, name, this.origin.last === true);
  }

  private contextOfBlock(): number {
    const { writer } = this.parts;
    if (this.context === NONE || this.segment !== writer.current) {
      this.segment = writer.current;
      this.context = writer.contextOf(this.block, this.run, this.origin.thread);
    }
    return this.context;
  }
}
