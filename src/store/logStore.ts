import { copyOf } from '../base/copyOf';
import type { RunId, SpanId, TraceId } from '../model/ids';
import type { LogRecord } from '../model/logRecord';
import type { LooseLogsQuery } from '../protocol/engine';
import { SCOPE_SPANS_SPAN } from '../otlp/wire/fields';
import { type Edit, withEdits } from '../otlp/wire/edits';
import { readFrame, type SpanBlock } from '../otlp/wire/requestFrame';
import { SHAPES, validate } from '../otlp/wire/validate';
import { WireReader } from '../otlp/wire/wireReader';
import { HeldLogs } from './heldLogs';
import { FORMS, KeptForm, wireBytes } from './keptForm';
import { readLogRecord, traceIdOf } from './logReader';
import { type LogContext, type LogEntry, LogShelf } from './logShelf';
import { scopeName } from './scopeName';
import { serviceName } from './serviceName';

/** Of the bytes allowed, what records may take that name no trace: a program that writes many must not drive out those of spans. */
const LOOSE_SHARE = 1 / 4;
const NO_BYTES = new Uint8Array(0);
/** Senders say the same of themselves in each request: it is held once as long as no more than so many take turns. */
const CONTEXTS_KNOWN = 16;
/** Bytes; what is larger is not looked for. */
const LARGEST_CONTEXT = 64 * 1024;

export interface LogAppendResult {
  /** Records of the request, kept or not. */
  readonly accepted: number;
  readonly rejected: number;
  readonly message?: string;
  /** The request as it was kept, where that is not as it came: with what was too long or too deep cut, without what cannot be read. */
  readonly kept?: Uint8Array;
  /** Set when the bytes are no ExportLogsServiceRequest: what is wrong. Nothing of it was kept. */
  readonly fault?: string;
}

/**
 * Log records: those that name the trace they were written in, for the spans' sake, and apart from them those that name none. Holds
 * at most `maxBytes`; the oldest leave first.
 */
export class LogStore {
  private readonly reader = new WireReader();
  private readonly traced: LogShelf;
  private readonly loose: LogShelf;
  private readonly keptForm = new KeptForm();
  /** Those met last, the latest first. */
  private contexts: LogContext[] = [];
  /** Records taken so far. */
  position = 0;
  /** Records of the last request that cannot be read: nobody has seen whether they hold a secret. */
  private readonly broken: Edit[] = [];

  constructor(maxBytes: number) {
    this.traced = new LogShelf(maxBytes * (1 - LOOSE_SHARE));
    this.loose = new LogShelf(maxBytes * LOOSE_SHARE);
  }

  get bytes(): number {
    return this.traced.bytes + this.loose.bytes;
  }

  /** Takes in an ExportLogsServiceRequest and keeps nothing of `request` itself. Never throws. */
  append(request: Uint8Array, run: RunId): LogAppendResult {
    const cut = this.keptForm.of(wireBytes(request), 0, request.length, FORMS.logs);
    this.broken.length = 0;
    const result = this.appendKept(cut ?? request, run);
    const kept = this.broken.length > 0 ? withEdits(cut ?? request, this.broken) : cut;
    return kept === undefined || result.fault !== undefined ? result : { ...result, kept };
  }

  private appendKept(request: Uint8Array, run: RunId): LogAppendResult {
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
    this.traced.keepWithin();
    this.loose.keepWithin();
    return result;
  }

  /** Records of a trace, or of one of its spans (`unplaced`: and those that name no span), by time; the latest `limit` of them. */
  read(traceId: TraceId, spanId: SpanId | undefined, limit: number, unplaced = false): LogRecord[] {
    const records = this.decode(this.traced.of(traceId));
    const isWanted = (record: LogRecord) =>
      spanId === undefined || record.spanId === spanId || (unplaced && record.spanId === undefined);
    return latest(records.filter(isWanted), limit);
  }

  /** Records that name no trace, by time; the latest `limit` of them. */
  readLoose({ service, run, limit }: LooseLogsQuery): LogRecord[] {
    const wanted = this.loose.all.filter(
      ({ context }) =>
        (service === undefined || context.source.service === service) &&
        (run === undefined || context.source.run === run),
    );
    return latest(this.decode(wanted.slice(-limit)), limit);
  }

  /** What is held of the records that were taken from a {@link position} on, up to another one. */
  heldBetween(from: number, until: number): HeldLogs {
    return new HeldLogs([this.traced, this.loose], from, until);
  }

  setMaxBytes(maxBytes: number): void {
    this.traced.setMaxBytes(maxBytes * (1 - LOOSE_SHARE));
    this.loose.setMaxBytes(maxBytes * LOOSE_SHARE);
  }

  clear(): void {
    this.traced.clear();
    this.loose.clear();
    this.contexts = [];
  }

  private decode(entries: readonly LogEntry[]): LogRecord[] {
    const records = entries.map(({ bytes, context }) => {
      this.reader.open(bytes);
      return readLogRecord(this.reader, bytes.length, context.source);
    });
    this.reader.close();
    return records;
  }

  private appendBlock(block: SpanBlock, run: RunId, result: { accepted: number; rejected: number; message?: string }) {
    const { reader } = this;
    const context = this.contextOf(block, run);
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
        reader.seek(start);
        validate(reader, start + length, SHAPES.logRecord);
      }
      if (reader.fault === undefined) {
        result.accepted++;
        this.keep(copyOf(reader.bytes, start, start + length), traceId, context);
      } else {
        result.rejected++;
        result.message ??= `A log record ${reader.fault}`;
        if (length > 0) this.broken.push({ start, end: start + length, bytes: NO_BYTES });
      }
      reader.seek(start + length);
    }
  }

  private contextOf(block: SpanBlock, run: RunId): LogContext {
    const { reader, contexts } = this;
    const { bytes } = reader;
    const [resource, scope] = [
      bytes.subarray(block.resourceStart, block.resourceEnd),
      bytes.subarray(block.scopeStart, block.scopeEnd),
    ];
    const known = contexts.findIndex(
      (each) =>
        each.source.run === run &&
        Buffer.compare(each.resource, resource) === 0 &&
        Buffer.compare(each.scope, scope) === 0,
    );
    if (known === 0) return contexts[0];
    const context = known > 0 ? contexts[known] : this.newContext(block, run);
    if (resource.length + scope.length > LARGEST_CONTEXT) return context;
    if (known > 0) contexts.splice(known, 1);
    contexts.unshift(context);
    contexts.splice(CONTEXTS_KNOWN);
    return context;
  }

  private newContext({ resourceStart, resourceEnd, scopeStart, scopeEnd }: SpanBlock, run: RunId): LogContext {
    const { reader } = this;
    return {
      source: {
        service: serviceName(reader, resourceStart, resourceEnd),
        scope: scopeName(reader, scopeStart, scopeEnd),
        run,
      },
      resource: copyOf(reader.bytes, resourceStart, resourceEnd),
      scope: copyOf(reader.bytes, scopeStart, scopeEnd),
    };
  }

  private keep(bytes: Uint8Array, traceId: TraceId | undefined, context: LogContext): void {
    const number = this.position++;
    if (traceId === undefined) this.loose.add({ bytes, key: '', number, context });
    else this.traced.add({ bytes, key: traceId, number, context });
  }
}

function latest(records: LogRecord[], limit: number): LogRecord[] {
  const times = new Map(records.map((record) => [record, BigInt(record.timeUnixNano)]));
  records.sort((a, b) => Number(times.get(a)! - times.get(b)!));
  return records.slice(Math.max(0, records.length - limit));
}
