import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeAttributes, encodeSpan } from '../../../src/preload/capture/encodeSpan';
import type { Attributes } from '../../../src/preload/capture/sdkTypes';
import { endedSpan } from './spans';

const encoded = (...args: Parameters<typeof encodeSpan>) => JSON.parse(encodeSpan(...args));
const attributes = (given: Attributes): unknown => JSON.parse(`[${encodeAttributes(given)}]`);

/** What a reader of OTLP/JSON understands. */
function decode(value: Record<string, unknown>): unknown {
  const [[kind, inner] = ['empty', undefined]] = Object.entries(value);
  switch (kind) {
    case 'arrayValue':
      return (inner as { values: Record<string, unknown>[] }).values.map(decode);
    case 'doubleValue':
      return Number(inner);
    case 'intValue':
      return typeof inner === 'string' ? BigInt(inner) : inner;
    default:
      return inner;
  }
}

describe('a span as OTLP/JSON', () => {
  test('has its ids, times and kind in the wire’s terms', () => {
    expect(encoded(endedSpan({ kind: 1 }), undefined, false)).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      flags: 1,
      name: 'load',
      kind: 2,
      startTimeUnixNano: '1795216000000000005',
      endTimeUnixNano: '1795216001999999999',
      attributes: [],
    });
  });

  test('names its parent in the manner of SDK 1.x and 2.x', () => {
    expect(encoded(endedSpan({ parentSpanId: '00f067aa0ba902b7' }), undefined, false)).toMatchObject({
      parentSpanId: '00f067aa0ba902b7',
      flags: 1,
    });
    const parent = { traceId: 't', spanId: '00f067aa0ba902b7', traceFlags: 1, isRemote: true };
    expect(encoded(endedSpan({ parentSpanContext: parent }), undefined, false)).toMatchObject({
      parentSpanId: '00f067aa0ba902b7',
      flags: 0x301,
    });
  });

  test('carries events, links, losses, status and trace state', () => {
    const context = { traceId: 'a', spanId: 'b', traceFlags: 1 };
    const span = endedSpan({
      events: [{ name: 'e', time: [1, 2], attributes: { n: 1 }, droppedAttributesCount: 3 }],
      links: [{ context, attributes: { why: 'because' } }],
      status: { code: 2, message: 'it "broke"' },
      droppedAttributesCount: 4,
      droppedEventsCount: 5,
      droppedLinksCount: 6,
      spanContext: () => ({ ...context, traceState: { serialize: () => 'k=v' } }),
    });
    expect(encoded(span, undefined, false)).toMatchObject({
      traceState: 'k=v',
      events: [
        {
          timeUnixNano: '1000000002',
          name: 'e',
          attributes: [{ key: 'n', value: { intValue: 1 } }],
          droppedAttributesCount: 3,
        },
      ],
      links: [{ traceId: 'a', spanId: 'b', attributes: [{ key: 'why', value: { stringValue: 'because' } }] }],
      status: { code: 2, message: 'it "broke"' },
      droppedAttributesCount: 4,
      droppedEventsCount: 5,
      droppedLinksCount: 6,
    });
  });

  test('has no end while it is open', () => {
    expect(encoded(endedSpan(), undefined, true).endTimeUnixNano).toBe('0');
  });

  test.each([
    ['stack', {}],
    ['inferred', { spanlineSiteInferred: true }],
    ['route', { spanlineSiteRoute: true }],
  ] as const)('names its call site, known by its %s', (origin, members) => {
    const { spanlineSite, ...others } = encoded(endedSpan(), { index: 3, origin }, false);
    expect(spanlineSite).toBe(3);
    expect(Object.fromEntries(Object.entries(others).filter(([key]) => key.startsWith('spanline')))).toEqual(members);
  });
});

describe('attribute values', () => {
  test('survive whatever the API allows', () => {
    const item = fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.double(), fc.maxSafeInteger());
    const value = fc.oneof(item, fc.array(item));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (given) => {
        const pairs = attributes(given) as { key: string; value: Record<string, unknown> }[];
        const back = Object.fromEntries(pairs.map(({ key, value }) => [key, decode(value)]));
        const wanted = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, withoutMinusZero(value)]));
        expect(back).toEqual(wanted);
      }),
    );
  });

  test('that OTLP/JSON has no number for become text in its place', () => {
    expect(attributes({ nan: NaN, inf: -Infinity, big: 2 ** 60, huge: 12345678901234567890n })).toEqual([
      { key: 'nan', value: { doubleValue: 'NaN' } },
      { key: 'inf', value: { doubleValue: '-Infinity' } },
      { key: 'big', value: { doubleValue: 2 ** 60 } },
      { key: 'huge', value: { intValue: '12345678901234567890' } },
    ]);
  });

  test('that the API forbids still make a valid request', () => {
    const cyclic: Attributes = {};
    cyclic.self = cyclic;
    const given = {
      none: null,
      absent: undefined,
      bytes: new Uint8Array([1, 2]),
      map: { a: 1 },
      call: () => 1,
      symbol: Symbol('s'),
      cyclic,
    };
    const text = JSON.stringify(attributes(given));
    expect(text).toContain('{"key":"bytes","value":{"bytesValue":"AQI="}}');
    expect(text).toContain('{"key":"map","value":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":1}}]}}}');
    expect(text).toContain('{"key":"none","value":{}}');
    expect(text).toContain('{"stringValue":"…"}');
  });
});

function withoutMinusZero(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  return value === 0 ? 0 : value;
}
