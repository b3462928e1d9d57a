import { describe, expect, it } from 'vitest';
import { otlpFromZipkin } from '../../../src/formats/zipkin';
import { encodeJson } from '../../../src/otlp/json/encodeJson';
import { TRACE_REQUEST } from '../../../src/otlp/schema';

const SPAN = { traceId: '14b60fd9ae504820', id: 'a0dc23f22c4fee3f', timestamp: 1543549826259342, duration: 2120 };

const timeless = { ...SPAN, timestamp: undefined };

interface Otlp {
  readonly resource: { readonly attributes: readonly { readonly value: object }[] };
  readonly scopeSpans: readonly { readonly scope: object; readonly spans: readonly Record<string, unknown>[] }[];
}

function converted(...spans: unknown[]) {
  const result = otlpFromZipkin(spans);
  expect(encodeJson(TRACE_REQUEST, result)).toMatchObject({ rejected: 0 });
  const resources = result.resourceSpans as Otlp[];
  const all = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  return { ...result, resources, span: all[0], spans: all };
}

const attributes = (span: Record<string, unknown>) =>
  Object.fromEntries(
    (span.attributes as { key: string; value: object }[]).map(({ key, value }) => [key, Object.values(value)[0]]),
  );

describe('Zipkin spans', () => {
  it('become spans with ids of full length and nanoseconds', () => {
    expect(converted({ ...SPAN, name: 'get', parentId: 'cf' }).span).toMatchObject({
      traceId: '000000000000000014b60fd9ae504820',
      spanId: 'a0dc23f22c4fee3f',
      parentSpanId: '00000000000000cf',
      name: 'get',
      startTimeUnixNano: '1543549826259342000',
      endTimeUnixNano: '1543549826261462000',
    });
  });

  it.each([
    ['SERVER', 2],
    ['CLIENT', 3],
    ['PRODUCER', 4],
    ['CONSUMER', 5],
    ['client', 3],
    [undefined, 1],
    ['ELSE', 1],
  ])('of kind %s have kind %d', (kind, number) => {
    expect(converted({ ...SPAN, kind }).span.kind).toBe(number);
  });

  it('say their service in the resource, one for each', () => {
    const { resources } = converted(
      { ...SPAN, localEndpoint: { serviceName: 'shop' } },
      { ...SPAN, id: 'b', localEndpoint: { serviceName: 'stock' } },
      { ...SPAN, id: 'c', localEndpoint: { serviceName: 'shop' } },
      { ...SPAN, id: 'd' },
    );
    expect(
      resources.map(({ resource, scopeSpans }) => [
        resource.attributes.map(({ value }) => value),
        scopeSpans[0].spans.length,
      ]),
    ).toEqual([
      [[{ stringValue: 'shop' }], 2],
      [[{ stringValue: 'stock' }], 1],
      [[], 1],
    ]);
  });

  it('keep their tags and endpoints as attributes', () => {
    const { span } = converted({
      ...SPAN,
      tags: { 'http.url': 'http://x', 'pool.size': 7 },
      localEndpoint: { ipv4: '10.0.0.1', port: 8140 },
      remoteEndpoint: { serviceName: 'db', ipv6: '::1', port: 5432 },
    });
    expect(attributes(span)).toEqual({
      'http.url': 'http://x',
      'pool.size': '7',
      'network.local.address': '10.0.0.1',
      'network.local.port': 8140,
      'peer.service': 'db',
      'network.peer.address': '::1',
      'network.peer.port': 5432,
    });
  });

  it('have events of their annotations', () => {
    const { span } = converted({
      ...SPAN,
      annotations: [{ timestamp: 1543549826261000, value: 'Headers' }, { value: 'x' }],
    });
    expect(span.events).toEqual([{ timeUnixNano: '1543549826261000000', name: 'Headers' }]);
  });

  it.each([
    [{ error: 'boom' }, { code: 2, message: 'boom' }],
    [{ error: 'true' }, { code: 2, message: '' }],
    [{ error: '' }, { code: 2, message: '' }],
    [{ error: 'false' }, { code: 0 }],
    [
      { 'otel.status_code': 'ERROR', error: 'bad' },
      { code: 2, message: 'bad' },
    ],
    [
      { 'otel.status_code': 'ERROR', 'otel.status_description': 'worse' },
      { code: 2, message: 'worse' },
    ],
    [{ 'otel.status_code': 'OK', error: 'ignored' }, { code: 1 }],
    [{}, { code: 0 }],
  ])('with the tags %j have the status %j', (tags, status) => {
    expect(converted({ ...SPAN, tags }).span.status).toEqual(status);
  });

  it('of OpenTelemetry’s exporter get their scope back', () => {
    const { resources } = converted({ ...SPAN, tags: { 'otel.scope.name': 'http', 'otel.scope.version': '1' } });
    expect(resources[0].scopeSpans[0].scope).toEqual({ name: 'http', version: '1' });
    expect(resources[0].scopeSpans[0].spans[0].attributes).toEqual([]);
  });

  it('without a duration have not ended', () => {
    expect(converted({ ...SPAN, duration: undefined }).span.endTimeUnixNano).toBe('0');
  });

  it('without a timestamp begin with their first annotation, or with their parent', () => {
    const annotations = [
      { timestamp: 20, value: 'b' },
      { timestamp: 10, value: 'a' },
    ];
    expect(converted({ ...timeless, annotations }).span.startTimeUnixNano).toBe('10000');
    const parent = { ...SPAN, id: 'aa' };
    expect(converted({ ...timeless, parentId: 'aa' }, parent).span.startTimeUnixNano).toBe('1543549826259342000');
  });

  it('that have no place in time, or are no spans, are left out and counted', () => {
    const result = converted(timeless, { ...SPAN, timestamp: 0 }, null, 7, [], SPAN);
    expect(result.spans).toHaveLength(1);
    expect(result).toMatchObject({ rejected: 5, message: expect.stringContaining('without a timestamp') });
  });

  it.each([
    {
      traceId: 7,
      id: null,
      tags: [],
      annotations: 'x',
      localEndpoint: 'y',
      remoteEndpoint: [],
      timestamp: '1543549826259342',
    },
    { ...SPAN, tags: { __proto__: 'x', constructor: {} }, kind: {}, name: [] },
    { ...SPAN, duration: -5, annotations: [null, { timestamp: 'x' }] },
    { ...SPAN, timestamp: 1e300 },
  ])('of odd shape do no harm: %j', (span) => {
    expect(() => otlpFromZipkin([span])).not.toThrow();
  });
});
