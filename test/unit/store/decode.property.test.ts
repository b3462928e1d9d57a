import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyValue, Attribute } from '../../../src/model/attributes';
import { oracleDecode, oracleEncode } from '../otlp/otlpProto';
import { EPOCH, newStore, origin, spanId, traceId } from './requests';

/** AnyValue as protobufjs shows it. */
interface PlainValue {
  readonly value?: string;
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values: readonly PlainValue[] };
  readonly kvlistValue?: { readonly values: readonly PlainKeyValue[] };
}
interface PlainKeyValue {
  readonly key: string;
  readonly value: PlainValue | null;
}

/** What the store should make of a value that protobufjs has decoded. */
function fromPlain(plain: PlainValue | null): AnyValue {
  switch (plain?.value) {
    case 'stringValue':
      return { kind: 'string', value: plain.stringValue! };
    case 'boolValue':
      return { kind: 'bool', value: plain.boolValue! };
    case 'intValue':
      return { kind: 'int', value: plain.intValue! };
    case 'doubleValue':
      return { kind: 'double', value: plain.doubleValue! };
    case 'bytesValue':
      return { kind: 'bytes', value: plain.bytesValue! };
    case 'arrayValue':
      return { kind: 'array', values: plain.arrayValue!.values.map(fromPlain) };
    case 'kvlistValue':
      return { kind: 'kvlist', values: plain.kvlistValue!.values.map(attributeFrom) };
    default:
      return { kind: 'empty' };
  }
}

function attributeFrom({ key, value }: PlainKeyValue): Attribute {
  return { key, value: fromPlain(value) };
}

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'constructor', ''));
const { value: anyValue } = fc.letrec<{ value: object; keyValue: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant({}),
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((int) => ({ intValue: String(int) })),
    fc.double().map((doubleValue) => ({ doubleValue })),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ bytesValue: Buffer.from(bytes) })),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => ({ arrayValue: { values } })),
    fc.array(tie('keyValue'), { maxLength: 4 }).map((values) => ({ kvlistValue: { values } })),
  ),
  keyValue: fc.record({ key: text, value: tie('value') }),
}));
const attributes = fc.array(fc.record({ key: text, value: anyValue }), { maxLength: 6 });
const nanos = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const count = fc.nat({ max: 2 ** 32 - 1 });

const plainSpan = fc.record({
  name: text,
  kind: fc.integer({ min: 0, max: 5 }),
  traceState: text,
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  droppedAttributesCount: count,
  events: fc.array(fc.record({ name: text, timeUnixNano: nanos, attributes }), { maxLength: 3 }),
  droppedEventsCount: count,
  links: fc.array(
    fc.record({
      traceId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
      spanId: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      attributes,
    }),
    { maxLength: 3 },
  ),
  droppedLinksCount: count,
  status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }),
  flags: count,
});

interface PlainSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceState: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly PlainKeyValue[];
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  readonly events: readonly { name: string; timeUnixNano: string; attributes: readonly PlainKeyValue[] }[];
  readonly links: readonly { traceId: string; spanId: string; attributes: readonly PlainKeyValue[] }[];
  readonly status: { readonly code: number; readonly message: string };
}

const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');

function encode(span: object, resource: readonly object[], scope: object): Uint8Array {
  const ids = { traceId: Buffer.from(traceId(7), 'hex'), spanId: Buffer.from(spanId(9), 'hex') };
  return oracleEncode('ExportTraceServiceRequest', {
    resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ scope, spans: [{ ...span, ...ids }] }] }],
  });
}

describe('a span in full, compared with what protobufjs decodes', () => {
  it('says the same, whatever the span holds', () => {
    fc.assert(
      fc.property(plainSpan, attributes, attributes, (span, resource, ofScope) => {
        const bytes = encode(span, resource, { name: 'scope', version: '2', attributes: ofScope });
        const decoded = oracleDecode<{
          resourceSpans: [
            {
              resource: { attributes: PlainKeyValue[] };
              scopeSpans: [{ scope: { attributes: PlainKeyValue[] }; spans: [PlainSpan] }];
            },
          ];
        }>('ExportTraceServiceRequest', bytes);
        const [{ resource: expectedResource, scopeSpans }] = decoded.resourceSpans;
        const { scope, spans } = scopeSpans[0];
        const [expected] = spans;
        const store = newStore();
        expect(store.append(bytes, origin())).toEqual({ accepted: 1, rejected: 0, duplicates: 0 });
        const read = store.span(traceId(7), spanId(9))!;
        const start = BigInt(expected.startTimeUnixNano);
        expect(read).toMatchObject({
          name: expected.name,
          startTimeUnixNano: expected.startTimeUnixNano,
          duration: Number(BigInt(expected.endTimeUnixNano) - start),
          attributes: expected.attributes.map(attributeFrom),
          resource: expectedResource.attributes.map(attributeFrom),
          scope: { name: 'scope', version: '2', attributes: scope.attributes.map(attributeFrom) },
          dropped: {
            attributes: expected.droppedAttributesCount,
            events: expected.droppedEventsCount,
            links: expected.droppedLinksCount,
          },
          links: expected.links.map((link) => ({
            traceId: hex(link.traceId),
            spanId: hex(link.spanId),
            attributes: link.attributes.map(attributeFrom),
          })),
          events: expected.events.map((event) => ({
            name: event.name,
            offset: Number(BigInt(event.timeUnixNano) - start),
            attributes: event.attributes.map(attributeFrom),
          })),
        });
        expect(read.status.message ?? '').toBe(expected.status.message);
        expect(read.traceState ?? '').toBe(expected.traceState);
      }),
      { numRuns: 500 },
    );
  });
});

describe('flags', () => {
  it.each([
    [0x101, undefined, 'without a parent'],
    [0x101, false, 'of this process'],
    [0x301, true, 'of another process'],
    [0x001, undefined, 'of which the sender does not say'],
  ])('%i say of a parent: remote %s, %s', (flags, remote, which) => {
    const store = newStore();
    const parent = which === 'without a parent' ? {} : { parentSpanId: Buffer.from(spanId(8), 'hex') };
    store.append(encode({ flags, ...parent }, [], {}), origin());
    expect(store.span(traceId(7), spanId(9))!.parentIsRemote).toBe(remote);
  });
});

describe('numbers that doubles cannot hold', () => {
  it('keeps times of 64 bits to the nanosecond', () => {
    const span = { startTimeUnixNano: '1795209557766503437', endTimeUnixNano: '1795209557766503438' };
    const store = newStore();
    store.append(encode(span, [], {}), origin());
    const read = store.span(traceId(7), spanId(9))!;
    expect([read.startTimeUnixNano, read.duration]).toEqual(['1795209557766503437', 1]);
    expect(store.trace(traceId(7))!.epoch).toBe('1795209557766503437');
  });

  it('draws a trace exactly although one of its spans has a broken clock', () => {
    const bytes = (id: number, start: bigint) =>
      oracleEncode('ExportTraceServiceRequest', {
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: Buffer.from(traceId(7), 'hex'),
                    spanId: Buffer.from(spanId(id), 'hex'),
                    startTimeUnixNano: String(start),
                    endTimeUnixNano: String(start + 5n),
                  },
                ],
              },
            ],
          },
        ],
      });
    const store = newStore();
    for (const [i, start] of [EPOCH + 7n, EPOCH + 8n, 0n, EPOCH + 3n, 2n ** 64n - 6n].entries()) {
      store.append(bytes(i + 1, start), origin());
    }
    const { epoch, start, duration } = store.trace(traceId(7))!;
    expect(epoch).toBe(String(EPOCH + 3n));
    expect([...start].filter((offset) => Math.abs(offset) < 1000)).toEqual([0, 4, 5]);
    expect([...duration]).toEqual([5, 5, 5, 5, 5]);
  });
});
