import type { RunId, SpanId, TraceId } from '../model/ids';
import type { LogRecord } from '../model/logRecord';
import { readText } from '../otlp/wire/attributes';
import { SCOPE_NAME, SCOPE_SPANS_SPAN } from '../otlp/wire/fields';
import { readFrame, type SpanBlock } from '../otlp/wire/requestFrame';
import { WireReader } from '../otlp/wire/wireReader';
import { readLogRecord, traceIdOf, type LogContext } from './logReader';
import { serviceName } from './serviceName';

/** What a record takes besides its bytes, about. */
const RECORD_OVERHEAD = 250;
/** Of the bytes allowed, when the oldest have left. */
const KEPT_SHARE = 7 / 8;

interface Entry {
  /** The LogRecord message. */
  readonly bytes: Uint8Array;
  readonly traceId: TraceId;
  readonly context: LogContext;
}

export interface LogAppendResult {
  /** Records of the request, kept or not. */
  readonly accepted: number;
  readonly rejected: number;
  readonly message?: string;
  /** Set when the bytes are no ExportLogsServiceRequest: what is wrong. Nothing of it was kept. */
  readonly fault?: string;
}

/**
 * Log records that name the trace they were written in, for the spans' sake: others are counted and forgotten. Holds at most
 * `maxBytes`; the oldest leave first.
 */
export class LogStore {
  bytes = 0;
  private readonly reader = new WireReader();
  private readonly byTrace = new Map<TraceId, Entry[]>();
  /** In order of arrival. */
  private entries: Entry[] = [];

  constructor(private maxBytes: number) {}

  /** Takes in an ExportLogsServiceRequest and keeps nothing of `request` itself. Never throws. */
  append(request: Uint8Array, run: RunId): LogAppendResult {
    const { reader } = this;
    reader.open(request);
    // Resources, scopes and records of logs lie in a request just as those of spans do.
    const blocks = readFrame(reader);
    if (reader.fault !== undefined) {
      const fault = `The request ${reader.fault} (at byte ${reader.faultAt} of ${request.length}); nothing of it was kept`;
      reader.close();
      return { accepted: 0, rejected: 0, fault };
    }
    const result = { accepted: 0, rejected: 0, message: undefined as string | undefined };
    for (const block of blocks) this.appendBlock(block, run, result);
    reader.close();
    this.keepWithin();
    return result;
  }

  /** Records of a trace, or of one of its spans, by time; the latest `limit` of them. */
  read(traceId: TraceId, spanId: SpanId | undefined, limit: number): LogRecord[] {
    const records = (this.byTrace.get(traceId) ?? []).map(({ bytes, context }) => {
      this.reader.open(bytes);
      return readLogRecord(this.reader, bytes.length, context);
    });
    this.reader.close();
    const wanted = spanId === undefined ? records : records.filter((record) => record.spanId === spanId);
    const times = new Map(wanted.map((record) => [record, BigInt(record.timeUnixNano)]));
    wanted.sort((a, b) => Number(times.get(a)! - times.get(b)!));
    return wanted.slice(Math.max(0, wanted.length - limit));
  }

  setMaxBytes(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.keepWithin();
  }

  clear(): void {
    this.byTrace.clear();
    this.entries = [];
    this.bytes = 0;
  }

  private appendBlock(block: SpanBlock, run: RunId, result: { accepted: number; rejected: number; message?: string }) {
    const { reader } = this;
    const context: LogContext = {
      service: serviceName(reader, block.resourceStart, block.resourceEnd),
      scope: this.scopeName(block),
      run,
    };
    reader.seek(block.start);
    while (reader.pos < block.end) {
      const tag = reader.tag(block.end);
      if (tag !== SCOPE_SPANS_SPAN) {
        reader.skip(tag, block.end);
        continue;
      }
      const length = reader.length(block.end);
      const start = reader.pos;
      const traceId = traceIdOf(reader, start + length);
      if (reader.fault === undefined) {
        result.accepted++;
        if (traceId !== undefined) this.keep(reader.bytes.slice(start, start + length), traceId, context);
      } else {
        result.rejected++;
        result.message ??= `A log record ${reader.fault}`;
      }
      reader.seek(start + length);
    }
  }

  private scopeName({ scopeStart, scopeEnd }: SpanBlock): string {
    const { reader } = this;
    let name = '';
    reader.seek(scopeStart);
    while (reader.pos < scopeEnd) {
      const tag = reader.tag(scopeEnd);
      if (tag === SCOPE_NAME) name = readText(reader, scopeEnd);
      else reader.skip(tag, scopeEnd);
    }
    return name;
  }

  private keep(bytes: Uint8Array, traceId: TraceId, context: LogContext): void {
    const entry = { bytes, traceId, context };
    this.entries.push(entry);
    this.bytes += bytes.length + RECORD_OVERHEAD;
    const ofTrace = this.byTrace.get(traceId);
    if (ofTrace) ofTrace.push(entry);
    else this.byTrace.set(traceId, [entry]);
  }

  /** Makes room for some time at once: single entries are dear to take out of long lists. */
  private keepWithin(): void {
    if (this.bytes <= this.maxBytes) return;
    const leaving = new Map<TraceId, number>();
    let count = 0;
    while (this.bytes > this.maxBytes * KEPT_SHARE && count < this.entries.length) {
      const { bytes, traceId } = this.entries[count++];
      this.bytes -= bytes.length + RECORD_OVERHEAD;
      leaving.set(traceId, (leaving.get(traceId) ?? 0) + 1);
    }
    this.entries.splice(0, count);
    for (const [traceId, left] of leaving) {
      const ofTrace = this.byTrace.get(traceId)!;
      // Entries leave in the order in which they came, so that the oldest of all are the oldest of their traces.
      if (ofTrace.length === left) this.byTrace.delete(traceId);
      else ofTrace.splice(0, left);
    }
  }
}
