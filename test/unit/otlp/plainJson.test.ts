import { describe, expect, it } from 'vitest';
import { encodePlainJson } from '../../../src/otlp/json/plainJson';
import { TRACE_REQUEST } from '../../../src/otlp/schema';
import { oracleDecode } from './otlpProto';

const span = (members: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`;
const attribute = (value: string) => span(`"attributes":[{"key":"a","value":${value}}]`);

function decoded(text: string | Uint8Array): unknown {
  const bytes = encodePlainJson(TRACE_REQUEST, typeof text === 'string' ? Buffer.from(text) : text);
  return bytes && oracleDecode('ExportTraceServiceRequest', bytes);
}

/** What of the oracle's objects is looked at. */
interface Value {
  readonly arrayValue?: { readonly values: readonly Value[] };
  readonly doubleValue?: number;
}
interface Request {
  readonly resourceSpans: readonly {
    scopeSpans: readonly { spans: readonly { attributes: readonly { value: Value }[] }[] }[];
  }[];
}

function valueOf(json: string): Value {
  return (decoded(attribute(json)) as Request).resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value;
}

describe('JSON to protobuf by the short way', () => {
  it('takes what the JavaScript exporters write', () => {
    const request = decoded(
      '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}],"droppedAttributesCount":0},' +
        '"scopeSpans":[{"scope":{"name":"tracer","version":""},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10",' +
        '"spanId":"0102030405060708","name":"GET /items","kind":2,"startTimeUnixNano":"1795209557766503437",' +
        '"endTimeUnixNano":"1795209557768503437","attributes":[{"key":"ratio","value":{"doubleValue":0.25}},' +
        '{"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"},{"boolValue":false}]}}}],"droppedAttributesCount":0,' +
        '"events":[{"attributes":[{"key":"exception.stacktrace","value":{"stringValue":"Error: \\"no\\"\\n    at f (a.js:1:2)"}}],' +
        '"name":"exception","timeUnixNano":"1795209557767000000","droppedAttributesCount":0}],"droppedEventsCount":0,' +
        '"status":{"code":2,"message":"déjà vu"},"links":[],"droppedLinksCount":0,"flags":257}]}]}]}',
    ) as Request;
    const [scopeSpans] = request.resourceSpans[0].scopeSpans;
    expect(scopeSpans).toMatchObject({ scope: { name: 'tracer' } });
    expect(scopeSpans.spans[0]).toMatchObject({
      name: 'GET /items',
      startTimeUnixNano: '1795209557766503437',
      flags: 257,
      status: { code: 2, message: 'déjà vu' },
      events: [{ attributes: [{ value: { stringValue: 'Error: "no"\n    at f (a.js:1:2)' } }] }],
    });
  });

  it.each([
    ['"-9007199254740993"', '-9007199254740993'],
    ['-1', '-1'],
    ['"8999999999999999999"', '8999999999999999999'],
    ['-4294967296', '-4294967296'],
    ['0', '0'],
  ])('keeps every digit of %s', (written, read) => {
    expect(valueOf(`{"intValue":${written}}`)).toMatchObject({ intValue: read });
  });

  it('makes room for what is longer than its JSON', () => {
    const many = Array.from({ length: 20_000 }, () => '{"doubleValue":1}').join();
    const { values } = valueOf(`{"arrayValue":{"values":[${many}]}}`).arrayValue!;
    expect(values).toHaveLength(20_000);
    expect(values.every(({ doubleValue }) => doubleValue === 1)).toBe(true);
  });

  it('reads escapes', () => {
    expect(valueOf(String.raw`{"stringValue":"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC"}`)).toMatchObject({
      stringValue: '"\\/\b\f\n\r\tA\u00e9\u20ac',
    });
  });

  it.each([
    ['an unknown member', span('"shape":1')],
    ['a member twice', span('"name":"a","name":"b"')],
    ['the name of an enum', span('"kind":"SPAN_KIND_SERVER"')],
    ['a base64 id', span('"traceId":"AQIDBAUGBwgJCgsMDQ4PEA=="')],
    ['half a byte', span('"spanId":"010203040506070"')],
    ['base64 bytes', attribute('{"bytesValue":"AQID"}')],
    ['an integer that may not fit', attribute('{"intValue":"9000000000000000000"}')],
    ['an exponent', span('"startTimeUnixNano":1.795e18')],
    ['a fraction', attribute('{"intValue":1.5}')],
    ['a negative time', span('"startTimeUnixNano":"-1"')],
    ['a leading zero', attribute('{"intValue":01}')],
    ['a number that is none', attribute('{"doubleValue":"NaN"}')],
    ['half a character', attribute(String.raw`{"stringValue":"\ud83d"}`)],
    ['an unknown escape', attribute(String.raw`{"stringValue":"\x41"}`)],
    ['a line feed in a string', attribute('{"stringValue":"a\nb"}')],
    ['null in a list', span('"attributes":[null]')],
    ['a comma too many', span('"attributes":[],')],
    ['a list that goes on', span('"attributes":[{},]')],
    ['more than one request', '{}{}'],
    ['a list', '[]'],
    ['nothing', ''],
    ['the names of the .proto', '{"resource_spans":[]}'],
    ['the names of 2021', '{"resourceSpans":[{"instrumentationLibrarySpans":[]}]}'],
    ['values in values', attribute('{"arrayValue":{"values":['.repeat(200) + ']}}'.repeat(200))],
    ['a byte order mark', '\ufeff{}'],
  ])('leaves %s to the long way', (_what, text) => {
    expect(decoded(text)).toBeUndefined();
  });

  it('leaves text that is no UTF-8, or that ends too soon', () => {
    expect(decoded(Buffer.from(attribute('{"stringValue":"\u00e9"}'), 'latin1'))).toBeUndefined();
    const whole = span('"name":"a \\u0041","kind":2,"startTimeUnixNano":"17","status":null');
    expect(decoded(whole)).toBeDefined();
    for (let end = 0; end < whole.length; end++) expect(decoded(whole.slice(0, end))).toBeUndefined();
  });
});
