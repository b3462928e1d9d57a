import { describe, expect, it } from 'vitest';
import type { SpanId, TraceId } from '../../../src/model/ids';
import { resourceSpans, runInfo, send, span, startTestEngine } from './testEngine';

const attribute = (key: string, value: object) => ({ key, value });
const text = (value: string) => ({ stringValue: value });
const MAX_TIME = '18446744073709551615';

/** What no sender should send and some do: sent alone, in one trace together with a good span. */
const ODD_SPANS: readonly (readonly [string, (good: ReturnType<typeof span>) => object])[] = [
  [
    'an end before its start',
    () => ({ startTimeUnixNano: '1700000000005000000', endTimeUnixNano: '1700000000000000000' }),
  ],
  ['no times at all', () => ({ startTimeUnixNano: '0', endTimeUnixNano: '0' })],
  ['the last of all times', () => ({ startTimeUnixNano: MAX_TIME, endTimeUnixNano: MAX_TIME })],
  ['a start in 1970 and an end today', () => ({ startTimeUnixNano: '1' })],
  ['milliseconds for nanoseconds', () => ({ startTimeUnixNano: 1700000000000, endTimeUnixNano: 1700000000005 })],
  ['an unknown kind', () => ({ kind: 99 })],
  ['an unknown status', () => ({ status: { code: 77 } })],
  ['no name', () => ({ name: undefined })],
  ['a megabyte of name', () => ({ name: 'n'.repeat(1_000_000) })],
  ['a parent that never comes', () => ({ parentSpanId: 'ffffffffffffffff' })],
  [
    'a hundred thousand attributes',
    () => ({ attributes: Array.from({ length: 100_000 }, (_, i) => attribute(`k${i}`, text('v'))) }),
  ],
  ['the same key twice', () => ({ attributes: [attribute('k', text('1')), attribute('k', text('2'))] })],
  [
    'keys of JavaScript',
    () => ({ attributes: ['__proto__', 'constructor', 'hasOwnProperty', ''].map((key) => attribute(key, text('x'))) }),
  ],
  ['a value of ten megabytes', () => ({ attributes: [attribute('k', text('v'.repeat(10_000_000)))] })],
  [
    'a thousand events and links',
    (good) => ({
      events: Array.from({ length: 1_000 }, () => ({ name: 'e', timeUnixNano: MAX_TIME })),
      links: Array.from({ length: 1_000 }, () => ({ traceId: good.traceId, spanId: good.spanId })),
    }),
  ],
  [
    'a location of nonsense',
    () => ({ attributes: [attribute('code.file.path', { intValue: 1 }), attribute('code.line.number', text('x'))] }),
  ],
  [
    'a location of huge numbers',
    () => ({
      attributes: [
        attribute('code.filepath', text('/a.js')),
        attribute('code.lineno', { intValue: '9223372036854775807' }),
      ],
    }),
  ],
];

describe('spans that should not be', () => {
  it.each(ODD_SPANS)('with %s: are stored and shown, and harm no other', async (_, members) => {
    const { engine, logged } = startTestEngine({ maxRequestBytes: 64 * 2 ** 20 });
    const { url } = await engine.openSession(runInfo('run-1'));
    const good = span('good');
    const odd = span('odd', { traceId: good.traceId, parentSpanId: good.spanId, ...members(good) });
    expect(await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(good, odd) })).toMatchObject({ status: 200 });
    const trace = await engine.trace(good.traceId as TraceId);
    expect(trace?.count).toBe(2);
    expect(structuredClone(trace)).toEqual(trace);
    for (const start of trace!.start) expect(start).toSatisfy(Number.isFinite);
    for (const nanos of [...trace!.duration, ...trace!.selfTime]) expect(nanos).toBeGreaterThanOrEqual(0);
    expect(await engine.span(odd.traceId as TraceId, odd.spanId as SpanId)).toBeDefined();
    expect(await engine.span(good.traceId as TraceId, good.spanId as SpanId)).toMatchObject({
      name: 'good',
      duration: 5e6,
    });
    expect(await engine.traces({ limit: 1 })).toMatchObject([{ spans: 2 }]);
    for (const path of await engine.files()) await engine.fileStats(path);
    expect(logged.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('of a service with a name of a megabyte: are stored and listed', async () => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    const one = span('one');
    const [named] = resourceSpans(one);
    named.resource.attributes[0].value.stringValue = 's'.repeat(1_000_000);
    expect(await send(`${url}/v1/traces`, { resourceSpans: [named] })).toMatchObject({ status: 200 });
    expect(await engine.traces({ limit: 1 })).toMatchObject([{ rootName: 'one', spans: 1 }]);
    expect((await engine.span(one.traceId as TraceId, one.spanId as SpanId))?.service).not.toBe('');
  });

  it('that are their own parents, or each other’s, still come once each', async () => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    const self = span('self');
    const [a, b] = [span('a', { traceId: self.traceId }), span('b', { traceId: self.traceId })];
    const spans = [
      { ...self, parentSpanId: self.spanId },
      { ...a, parentSpanId: b.spanId },
      { ...b, parentSpanId: a.spanId },
    ];
    await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(...spans) });
    const trace = await engine.trace(self.traceId as TraceId);
    expect([...trace!.name].map((index) => trace!.names[index]).sort()).toEqual(['a', 'b', 'self']);
  });

  it('of one trace may come from several services, runs and connections', async () => {
    const { engine } = startTestEngine();
    const [first, second] = [await engine.openSession(runInfo('run-1')), await engine.openSession(runInfo('run-2'))];
    const root = span('root');
    const child = span('child', { traceId: root.traceId, parentSpanId: root.spanId });
    await send(`${second.url}/v1/traces`, { resourceSpans: resourceSpans(child) });
    await send(`${first.url}/v1/traces`, { resourceSpans: resourceSpans(root) });
    expect(await engine.traces({ limit: 9 })).toMatchObject([{ rootName: 'root', rooted: true, spans: 2 }]);
  });

  it('make deep traces that can still be drawn', async () => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    const traceId = span('any').traceId;
    let parentSpanId = '';
    const chain = Array.from({ length: 20_000 }, (_, i) => {
      const link = { ...span(`level ${i}`), traceId, parentSpanId };
      parentSpanId = link.spanId;
      return link;
    });
    expect(await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(...chain) })).toMatchObject({ status: 200 });
    const trace = await engine.trace(traceId as TraceId);
    expect([trace?.count, trace?.depth.at(-1)]).toEqual([20_000, 19_999]);
  });

  it('nested beyond all measure in their attributes are cut', async () => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    const levels = 50_000;
    const nested = `${'{"arrayValue":{"values":['.repeat(levels)}${']}}'.repeat(levels)}`;
    const one = span('deep', { attributes: ['HERE'] });
    const body = JSON.stringify({ resourceSpans: resourceSpans(one) }).replace(
      '"HERE"',
      `{"key":"k","value":${nested}}`,
    );
    expect(await send(`${url}/v1/traces`, body)).toMatchObject({ status: 200 });
    const held = await engine.span(one.traceId as TraceId, one.spanId as SpanId);
    expect(JSON.stringify(held)).toContain('nested deeper than');
  });
});
