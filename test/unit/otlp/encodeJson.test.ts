import { describe, expect, it } from 'vitest';
import { encodeJsonText, type Encoded, type NotEncoded } from '../../../src/otlp/json/encodeJson';
import { quoteLongIntegers } from '../../../src/otlp/json/int64';
import { TRACE_REQUEST } from '../../../src/otlp/schema';
import { MAX_VALUE_DEPTH } from '../../../src/otlp/wire/validate';
import { oracleDecode, type PlainTraceRequest } from './otlpProto';

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const SPAN_ID = 'eee19b7ec3c1b174';
const IDS = `"traceId":"${TRACE_ID}","spanId":"${SPAN_ID}"`;

function encode(json: string | Uint8Array): Encoded {
  const result = encodeJsonText(TRACE_REQUEST, typeof json === 'string' ? Buffer.from(json) : json);
  if ('fault' in result) throw new Error(result.fault);
  return result;
}

function decoded({ bytes }: Encoded): PlainTraceRequest {
  return oracleDecode('ExportTraceServiceRequest', bytes);
}

/** A request with spans of these members; the first span as the oracle reads it, and the rest of the outcome. */
function withSpans(...spans: string[]) {
  const encoded = encode(`{"resourceSpans":[{"scopeSpans":[{"spans":[${spans.map((s) => `{${s}}`).join(',')}]}]}]}`);
  const all = decoded(encoded).resourceSpans[0].scopeSpans[0].spans;
  return { span: all[0], spans: all, warnings: encoded.warnings, rejected: encoded.rejected };
}

function fault(json: string): string {
  return (encodeJsonText(TRACE_REQUEST, Buffer.from(json)) as NotEncoded).fault;
}

const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');

describe('OTLP/JSON, as senders write it', () => {
  it('reads ids of either letter case', () => {
    const { span } = withSpans(`"traceId":"${TRACE_ID.toUpperCase()}","spanId":"${SPAN_ID}"`);
    expect([hex(span.traceId), hex(span.spanId)]).toEqual([TRACE_ID, SPAN_ID]);
  });

  it('takes ids in base64, with a warning', () => {
    const traceId = Buffer.from(TRACE_ID, 'hex').toString('base64');
    const spanId = Buffer.from(SPAN_ID, 'hex').toString('base64');
    const { span, warnings } = withSpans(`"traceId":"${traceId}","spanId":"${spanId}"`);
    expect([hex(span.traceId), hex(span.spanId)]).toEqual([TRACE_ID, SPAN_ID]);
    expect(warnings[0]).toBe(`traceId "${traceId}" is base64; OTLP/JSON writes ids as hex digits`);
  });

  it('leaves out a span whose id is no id, says where it was, and keeps the rest', () => {
    const { spans, rejected, warnings } = withSpans(`"traceId":"no id","spanId":"${SPAN_ID}"`, `${IDS},"name":"kept"`);
    expect(spans.map((span) => span.name)).toEqual(['kept']);
    expect(rejected).toBe(1);
    expect(warnings).toEqual(['spans[0].traceId must be 32 hex digits, but is "no id"; left out']);
  });

  it('leaves out a link whose id is no id, and keeps its span', () => {
    const { span, rejected } = withSpans(`${IDS},"links":[{"traceId":"?","spanId":"?"},{${IDS}}]`);
    expect(span.links).toHaveLength(1);
    expect(rejected).toBe(0);
  });

  it.each(['""', '"0000000000000000"', 'null', '"EEE19B7EC3C1B173"'])('takes %s as the id of a parent', (parent) => {
    expect(withSpans(`${IDS},"parentSpanId":${parent}`)).toMatchObject({ rejected: 0, warnings: [] });
  });

  it.each([
    ['"1795209557766503437"', '1795209557766503437'],
    ['1795209557766503437', '1795209557766503437'],
    ['"9223372036854775808"', '9223372036854775808'],
    ['"18446744073709551615"', '18446744073709551615'],
    ['18446744073709551615', '18446744073709551615'],
    ['1544712660300000000', '1544712660300000000'],
    ['1.5447126603e18', '1544712660300000000'],
    ['"1e+18"', '1000000000000000000'],
    ['1e+21', '18446744073709551615'],
    ['"1e+21"', '18446744073709551615'],
    ['"-1"', '0'],
    ['0', '0'],
    ['null', '0'],
    ['1544712660300.75', '1544712660300'],
  ])('reads the time %s as %s nanoseconds', (json, nanos) => {
    expect(withSpans(`${IDS},"startTimeUnixNano":${json}`).span.startTimeUnixNano).toBe(nanos);
  });

  it('warns of times that had to be changed', () => {
    expect(withSpans(`${IDS},"startTimeUnixNano":"1e+21"`).warnings).toEqual([
      'startTimeUnixNano "1e+21" does not fit 64 bits; the nearest value that does is taken',
    ]);
  });

  it.each([
    ['-9223372036854775808', '-9223372036854775808'],
    ['"-9223372036854775808"', '-9223372036854775808'],
    ['9007199254740993', '9007199254740993'],
    ['-42', '-42'],
    ['"-42"', '-42'],
    ['"+42"', '42'],
    ['1e22', '9223372036854775807'],
  ])('reads the intValue %s as %s', (json, value) => {
    const { span } = withSpans(`${IDS},"attributes":[{"key":"n","value":{"intValue":${json}}}]`);
    expect(span.attributes[0].value.intValue).toBe(value);
  });

  it('takes the messages of 2021, with instrumentation libraries and number nanoseconds', () => {
    const request = decoded(
      encode(`{"resourceSpans":[{"instrumentationLibrarySpans":[{"instrumentationLibrary":{"name":"old","version":"0.27"},
        "spans":[{${IDS},"name":"a","startTimeUnixNano":1640995200123000000,"status":{"code":0}}]}]}]}`),
    );
    const [scopeSpans] = request.resourceSpans[0].scopeSpans;
    expect(scopeSpans.scope.name).toBe('old');
    expect(scopeSpans.spans[0].startTimeUnixNano).toBe('1640995200123000000');
  });

  it('takes the names of the .proto files, with a warning', () => {
    const encoded =
      encode(`{"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"${TRACE_ID}","span_id":"${SPAN_ID}",
      "start_time_unix_nano":"5"}]}]}]}`);
    expect(decoded(encoded).resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano).toBe('5');
    expect(encoded.warnings[0]).toContain('OTLP/JSON names them as in "resourceSpans"');
  });

  it.each([
    ['2', 2],
    ['"SPAN_KIND_CLIENT"', 3],
    ['"4"', 4],
    ['99', 99],
    ['"SPAN_KIND_UNHEARD_OF"', 0],
  ])('reads the kind %s as %d', (json, kind) => {
    const { span } = withSpans(`${IDS},"kind":${json}`);
    expect(span.kind).toBe(kind);
  });

  it('ignores what it does not know, at every level', () => {
    const unknown = '"new":{"deep":[1,{"x":null}]}';
    expect(withSpans(`${IDS},${unknown},"status":{${unknown},"code":2}`)).toMatchObject({
      span: { status: { code: 2 } },
      warnings: [],
    });
  });

  it.each([
    ['{}', undefined],
    ['{"bytesValue":"AQI="}', 'bytesValue'],
    ['{"boolValue":false}', 'boolValue'],
    ['{"stringValue":""}', 'stringValue'],
    ['{"intValue":0}', 'intValue'],
    ['{"doubleValue":"NaN"}', 'doubleValue'],
    ['{"arrayValue":{"values":[{"intValue":1},{"stringValue":"a"},{}]}}', 'arrayValue'],
    ['{"arrayValue":{}}', 'arrayValue'],
    ['{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}}]}}', 'kvlistValue'],
    ['null', undefined],
  ])('takes the attribute value %s', (json, member) => {
    const { span } = withSpans(`${IDS},"attributes":[{"key":"a","value":${json}}]`);
    expect(span.attributes[0].value?.value).toBe(member);
  });

  it.each(['__proto__', 'constructor', 'toString', 'a\\u0000b', '🦀'])('takes the attribute key %s', (key) => {
    const { span } = withSpans(
      `${IDS},"attributes":[{"key":"${key}","value":{"intValue":1}}],"__proto__":{"name":"x"}`,
    );
    expect(span.attributes[0].key).toBe(JSON.parse(`"${key}"`));
    expect(span.name).toBe('');
  });

  it('takes a byte-order mark and bytes that are no UTF-8', () => {
    const json = Buffer.from(`\ufeff{"resourceSpans":[{"scopeSpans":[{"spans":[{${IDS},"name":"a?b"}]}]}]}`);
    json[json.indexOf('?')] = 0xff;
    expect(decoded(encode(json)).resourceSpans[0].scopeSpans[0].spans[0].name).toBe('a\ufffdb');
  });

  it('cuts off values that are nested too deep, and marks the place', () => {
    const levels = 100_000;
    const nested = `${'{"arrayValue":{"values":['.repeat(levels)}{"intValue":1}${']}}'.repeat(levels)}`;
    const { bytes, warnings } = encode(
      `{"resourceSpans":[{"resource":{"attributes":[{"key":"deep","value":${nested}}]}}]}`,
    );
    expect(Buffer.from(bytes).includes(`nested deeper than ${MAX_VALUE_DEPTH} levels`)).toBe(true);
    expect(bytes.length).toBeLessThan(2_000);
    expect(warnings[0]).toContain('nested deeper');
  });

  it('is not surprised by an empty request', () => {
    expect(encode('{}').bytes).toHaveLength(0);
    expect(encode('{"resourceSpans":[]}').bytes).toHaveLength(0);
    expect(encode('{"resourceSpans":null}').bytes).toHaveLength(0);
  });

  it('holds a long text exactly', () => {
    const name = `${'long '.repeat(200_000)}ende`;
    expect(withSpans(`${IDS},"name":"${name}"`).span.name).toBe(name);
  });
});

describe('OTLP/JSON that cannot be taken', () => {
  it.each([
    ['', /^The body is not JSON: /],
    ['{"resourceSpans":[', /^The body is not JSON: /],
    ['[]', 'The request must be an object, but is an array'],
    ['3', 'The request must be an object, but is 3'],
    ['{"resourceSpans":{}}', 'resourceSpans must be an array, but is an object'],
    ['{"resourceSpans":["x"]}', 'resourceSpans[0] must be an object, but is "x"'],
    [
      '{"resourceSpans":[{},{"scopeSpans":[{"spans":[{},{"name":7}]}]}]}',
      'resourceSpans[1].scopeSpans[0].spans[1].name must be a string, but is 7',
    ],
    [
      `{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"yesterday"}]}]}]}`,
      'resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano must be a whole number, but is "yesterday"',
    ],
    [
      '{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":{"boolValue":1}}]}}]}',
      'resourceSpans[0].resource.attributes[0].value.boolValue must be true or false, but is 1',
    ],
    [
      '{"resourceSpans":[{"resource":{"attributes":{"service.name":"x"}}}]}',
      'resourceSpans[0].resource.attributes must be an array, but is an object',
    ],
  ])('%s: says what is wrong, and where', (json, expected) => {
    expect(fault(json)).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected);
  });

  it('says the fault of any request that is cut off', () => {
    const whole = `{"resourceSpans":[{"scopeSpans":[{"spans":[{${IDS},"name":"n","attributes":[{"key":"k"}]}]}]}]}`;
    for (let length = 0; length < whole.length; length++) expect(fault(whole.slice(0, length))).toMatch(/not JSON/);
  });
});

describe('quoting long integers', () => {
  it.each([
    ['{"a":1234567890123456}', '{"a":"1234567890123456"}'],
    ['{"a":-1234567890123456 , "b":12}', '{"a":"-1234567890123456" , "b":12}'],
    ['[123456789012345]', '[123456789012345]'],
    ['{"a":"1234567890123456","b":"\\":1234567890123456"}', '{"a":"1234567890123456","b":"\\":1234567890123456"}'],
    ['{"a":1.2345678901234567e18,"b":1e300}', '{"a":1.2345678901234567e18,"b":1e300}'],
    ['{"a\\\\":1234567890123456}', '{"a\\\\":"1234567890123456"}'],
    ['1234567890123456', '"1234567890123456"'],
    ['{"open":"1234567890123456', '{"open":"1234567890123456'],
  ])('%s becomes %s', (json, quoted) => {
    expect(quoteLongIntegers(json)).toBe(quoted);
  });

  it('goes through a string of ten million characters', () => {
    const text = `{"s":"${'a1\\"'.repeat(2_500_000)}","n":1234567890123456}`;
    expect(quoteLongIntegers(text).slice(-24)).toBe('"n":"1234567890123456"}'.padStart(24, ','));
  });
});
