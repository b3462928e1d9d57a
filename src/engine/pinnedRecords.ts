import type { RecordsOf } from '../journal/agedSegment';
import { ProtoWriter } from '../otlp/protoWriter';
import { WireReader } from '../otlp/wire/wireReader';

/** The same in requests of traces and of logs. */
const ELEMENT = 10;
const SCOPE = 18;
const OLD_SCOPE = 8002;
const RECORD = 18;
/** Where a record names its trace. */
const TRACE_ID = { traces: 10, logs: 74 };

/** Spans and log records of the traces, with their resources and scopes. Metrics belong to none. */
export const pinnedRecords: RecordsOf = (signal, request, traceIds) =>
  signal === 'metrics' ? undefined : new Sieve(request, TRACE_ID[signal], traceIds).sifted();

class Sieve {
  private readonly reader = new WireReader();
  private readonly out = new ProtoWriter();

  constructor(
    private readonly request: Uint8Array,
    private readonly idTag: number,
    private readonly traceIds: ReadonlySet<string>,
  ) {
    this.reader.open(request);
  }

  sifted(): Uint8Array | undefined {
    const found = this.fields(
      this.request.length,
      (tag, end) => tag === ELEMENT && this.message(tag, end, this.element),
    );
    return found > 0 && this.reader.fault === undefined ? this.out.finish() : undefined;
  }

  private readonly element = (end: number): number =>
    this.fields(end, (tag, end) => (tag === SCOPE || tag === OLD_SCOPE) && this.message(tag, end, this.scope));

  private readonly scope = (end: number): number => this.fields(end, (tag, end) => tag === RECORD && this.record(end));

  /** Takes over what `sift` leaves aside, and gives how many records it found in the others. */
  private fields(end: number, sift: (tag: number, end: number) => number | false): number {
    const { reader } = this;
    let found = 0;
    while (reader.pos < end) {
      const start = reader.pos;
      const tag = reader.tag(end);
      const sifted = sift(tag, end);
      if (sifted !== false) found += sifted;
      else {
        reader.skip(tag, end);
        if (reader.fault === undefined) this.out.append(this.request, start, reader.pos);
      }
    }
    return found;
  }

  /** Without records it is left out. */
  private message(tag: number, outerEnd: number, content: (end: number) => number): number {
    const { reader, out } = this;
    const before = out.length;
    const end = reader.length(outerEnd) + reader.pos;
    const start = out.beginMessage(tag >>> 3);
    const found = content(end);
    if (found === 0) out.truncate(before);
    else out.endMessage(start);
    return found;
  }

  private record(scopeEnd: number): number {
    const { reader, out, request } = this;
    const end = reader.length(scopeEnd) + reader.pos;
    const start = reader.pos;
    const isPinned = this.traceIds.has(this.traceId(end));
    if (reader.fault !== undefined) return 0;
    reader.pos = end;
    if (!isPinned) return 0;
    out.bytes(RECORD >>> 3, request.subarray(start, end));
    return 1;
  }

  /** Most records begin with it, and that is all that is read of them; empty where there is none. */
  private traceId(end: number): string {
    const { reader, request } = this;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === this.idTag) {
        const length = reader.length(end);
        return Buffer.from(request.buffer, request.byteOffset + reader.pos, length).toString('hex');
      }
      reader.skip(tag, end);
    }
    return '';
  }
}
