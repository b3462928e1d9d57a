import type { RunId, SpanId, TraceId } from '../../../src/model/ids';
import { silentLog } from '../../../src/base/log';
import type { Origin } from '../../../src/store/appender';
import { SpanStore } from '../../../src/store/spanStore';
import { oracleEncode } from '../otlp/otlpProto';
import { received } from '../../support/received';

export type Value = string | number | boolean;

/** A span as tests write it down. Ids are small numbers, times nanoseconds after {@link EPOCH}. */
export interface TestSpan {
  readonly trace: number;
  readonly id: number;
  readonly parent?: number;
  readonly name?: string;
  /** OTLP's number. */
  readonly kind?: number;
  readonly start?: number;
  /** `'open'`: not ended. */
  readonly end?: number | 'open';
  readonly status?: number;
  readonly message?: string;
  readonly attributes?: Readonly<Record<string, Value>>;
  readonly events?: readonly {
    readonly name: string;
    readonly at: number;
    readonly attributes?: Record<string, Value>;
  }[];
  readonly links?: readonly { readonly trace: number; readonly id: number }[];
}

export const EPOCH = 1_800_000_000_000_000_000n;

export function traceId(number: number): TraceId {
  return number.toString(16).padStart(32, '0') as TraceId;
}

export function spanId(number: number): SpanId {
  return number.toString(16).padStart(16, '0') as SpanId;
}

export function keyValue(key: string, value: Value): object {
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: value } : { doubleValue: value } };
}

export function plainSpan(span: TestSpan): object {
  const { start = 0, end = 100, attributes = {}, events = [], links = [] } = span;
  return {
    traceId: Buffer.from(traceId(span.trace), 'hex'),
    spanId: Buffer.from(spanId(span.id), 'hex'),
    parentSpanId: span.parent === undefined ? Buffer.alloc(0) : Buffer.from(spanId(span.parent), 'hex'),
    name: span.name ?? 'work',
    kind: span.kind ?? 1,
    startTimeUnixNano: String(EPOCH + BigInt(start)),
    endTimeUnixNano: end === 'open' ? '0' : String(EPOCH + BigInt(end)),
    attributes: Object.entries(attributes).map(([key, value]) => keyValue(key, value)),
    status: { code: span.status ?? 0, message: span.message ?? '' },
    events: events.map(({ name, at, attributes: of = {} }) => ({
      name,
      timeUnixNano: String(EPOCH + BigInt(at)),
      attributes: Object.entries(of).map(([key, value]) => keyValue(key, value)),
    })),
    links: links.map((link) => ({
      traceId: Buffer.from(traceId(link.trace), 'hex'),
      spanId: Buffer.from(spanId(link.id), 'hex'),
    })),
  };
}

/** Encoded by the oracle, so that reader and writer cannot share a mistake. */
export function request(spans: readonly TestSpan[], service = 'shop'): Uint8Array {
  return oracleEncode('ExportTraceServiceRequest', {
    resourceSpans: [
      {
        resource: { attributes: [keyValue('service.name', service)] },
        scopeSpans: [{ scope: { name: 'tests', version: '1' }, spans: spans.map(plainSpan) }],
      },
    ],
  });
}

export function origin(run = 'run-1', runName = 'Launch', from: Origin['from'] = 'otlp'): Origin {
  return { run: run as RunId, runName, from };
}

export function newStore(maxBytes = 64 * 1024 * 1024, clock?: () => number): SpanStore {
  return new SpanStore({ maxBytes, log: silentLog, ...(clock && { clock }) });
}

export function storeWith(...spans: readonly TestSpan[]): SpanStore {
  const store = newStore();
  const result = received(request(spans), (bytes) => store.append(bytes, origin()));
  if (result.fault !== undefined || result.rejected > 0) throw new Error(result.fault ?? result.message);
  return store;
}

/** `code.*` attributes that put a span on a line of /app/a.ts. */
export function at(line: number, file = '/app/a.ts'): Record<string, Value> {
  return { 'code.file.path': file, 'code.line.number': line };
}
