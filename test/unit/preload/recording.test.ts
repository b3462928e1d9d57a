import { describe, expect, test } from 'vitest';
import { decodeDataUrl } from '../../../src/preload/capture/memoryMaps';
import type { CallSite } from '../../../src/preload/capture/recordedSpan';
import type { ReadableSpan, Resource } from '../../../src/preload/capture/sdkTypes';
import { ShadowSpans } from '../../../src/preload/capture/shadowSpans';
import type { PreloadBatch } from '../../../src/protocol/preload';
import { names, namesIn, RecorderBench } from './recorderBench';

describe('the recorder', () => {
  test('sends the first span after a silence at once and the following ones in batches', () => {
    const bench = new RecorderBench();
    bench.end('a');
    bench.pass(9);
    expect(names(bench.sent)).toEqual([]);
    bench.pass(1);
    expect(names(bench.sent)).toEqual(['a']);
    bench.end('b');
    bench.pass(100);
    bench.end('c');
    bench.pass(99);
    expect(names(bench.sent)).toEqual(['a']);
    bench.pass(1);
    expect(names(bench.sent)).toEqual(['a', 'b,c']);
    bench.pass(1000);
    bench.end('d');
    bench.pass(10);
    expect(names(bench.sent)).toEqual(['a', 'b,c', 'd']);
  });

  test('encodes some hundred spans a turn', () => {
    const bench = new RecorderBench();
    for (let i = 0; i < 600; i++) bench.end('x');
    bench.pass(10);
    expect(bench.sent.map(({ resourceSpans }) => namesIn(resourceSpans).length)).toEqual([256, 256, 88]);
  });

  test('does not pile up spans in a loop that never yields', () => {
    const bench = new RecorderBench();
    for (let i = 0; i < 10_000; i++) bench.end('x');
    expect(bench.sent.map(({ resourceSpans }) => namesIn(resourceSpans).length)).toEqual([4096, 4096]);
  });

  test('spools at exit what was not acknowledged, what was not sent, and what is open', () => {
    const bench = new RecorderBench({ answers: false });
    bench.end('unacknowledged');
    bench.pass(10);
    bench.end('unsent');
    bench.start('open');
    bench.recorder.processExits(3);
    expect(names(bench.spooled)).toEqual(['unacknowledged', 'unsent']);
    expect(bench.spooled[0].id).toBe(bench.sent[0].id);
    expect(namesIn(bench.spooled[1].open)).toEqual(['open']);
    expect(bench.spooled.map(({ exitCode }) => exitCode)).toEqual([undefined, 3]);
    bench.end('in an exit listener');
    expect(names(bench.spooled).slice(2)).toEqual(['in an exit listener']);
  });

  test('tells at exit how the process ended, also without spans', () => {
    const bench = new RecorderBench();
    bench.recorder.processExits(0);
    expect(bench.spooled).toMatchObject([{ exitCode: 0, resourceSpans: [] }]);
  });

  test('spools in the same turn what may not live to be sent', () => {
    const bench = new RecorderBench({ eager: true });
    bench.start('open');
    bench.end('a');
    bench.end('b');
    expect(bench.spooled).toEqual([]);
    bench.pass(0);
    bench.end('c');
    bench.pass(0);
    expect(names(bench.spooled)).toEqual(['a,b', 'c']);
    expect(bench.sent).toEqual([]);
    bench.recorder.processExits(3);
    expect(namesIn(bench.spooled[2].open)).toEqual(['open']);
  });

  test('gives each batch an id of its own', () => {
    const bench = new RecorderBench();
    for (const name of ['a', 'b', 'c']) {
      bench.end(name);
      bench.pass(1000);
    }
    expect(new Set(bench.sent.map(({ id }) => id)).size).toBe(3);
  });

  test('shows in a snapshot what the engine lacks, without taking it away', () => {
    const bench = new RecorderBench();
    bench.end('sent');
    bench.pass(10);
    bench.end('ended');
    bench.start('open');
    const text = bench.recorder.snapshot();
    const [snapshot, ...others] = JSON.parse(text) as PreloadBatch[];
    expect(text, 'a debugger writes a text of several lines in other marks').not.toContain('\n');
    expect(others).toEqual([]);
    expect([namesIn(snapshot.resourceSpans), namesIn(snapshot.open)]).toEqual([['ended'], ['open']]);
    bench.pass(1000);
    expect(names(bench.sent).filter((name) => name !== '')).toEqual(['sent', 'ended']);
  });

  test('leaves out a span that cannot be read', () => {
    const bench = new RecorderBench();
    bench.end('good');
    bench.end('bad', {
      spanContext: () => {
        throw new Error('odd');
      },
    });
    bench.pass(10);
    expect(names(bench.sent)).toEqual(['good']);
  });

  test('tells at least the times of a span of which something cannot be read', () => {
    const bench = new RecorderBench();
    bench.end('odd', { links: [{ context: undefined as never }], attributes: { a: 1 } });
    bench.end('good');
    bench.pass(10);
    expect(names(bench.sent)).toEqual(['odd,good']);
    expect(JSON.stringify(bench.sent[0].resourceSpans)).toContain('"endTimeUnixNano":"1795216001999999999"');
  });

  test('waits a moment for resources that are still being detected', async () => {
    const bench = new RecorderBench();
    let detected: (value: string) => void = () => {};
    const resource = {
      asyncAttributesPending: true,
      get attributes(): never {
        throw new Error('read too early');
      },
      _rawAttributes: [
        ['service.name', 'shop'],
        ['host.id', new Promise<string>((resolve) => (detected = resolve))],
      ],
    } satisfies Resource;
    bench.end('a', { resource });
    bench.pass(100);
    expect(bench.sent).toEqual([]);
    detected('abc');
    await new Promise(setImmediate);
    bench.pass(100);
    expect(bench.sent[0].resourceSpans[0]).toMatchObject({
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'shop' } },
          { key: 'host.id', value: { stringValue: 'abc' } },
        ],
      },
    });
  });

  test('waits no longer than that', () => {
    const bench = new RecorderBench();
    const never = new Promise<string>(() => {});
    const resource = {
      asyncAttributesPending: true,
      attributes: {},
      _rawAttributes: [
        ['a', 1],
        ['b', never],
      ],
    } as const;
    bench.end('a', { resource });
    bench.pass(1000);
    expect(bench.sent[0].resourceSpans[0]).toMatchObject({ resource: { attributes: [{ key: 'a' }] } });
  });
});

describe('call sites and source maps', () => {
  const MAP = '{"version":3}';
  const inline = new Map([['/app/a.ts', `data:application/json;base64,${Buffer.from(MAP).toString('base64')}`]]);

  const site: CallSite = { frames: [{ id: 1, user: true, plumbing: false, place: ['/app/a.ts', 3, 4, 'load'] }] };

  test('are sent with the spans that need them, each site once a batch and each map once', () => {
    const bench = new RecorderBench({ inlineMaps: inline });
    bench.end('a', {}, site);
    bench.end('b', {}, site);
    bench.pass(10);
    bench.end('c', {}, site);
    bench.pass(1000);
    expect(bench.sent.map(({ sites }) => sites)).toEqual([
      [[['/app/a.ts', 3, 4, 'load']]],
      [[['/app/a.ts', 3, 4, 'load']]],
    ]);
    expect(bench.sent.map(({ maps }) => maps)).toEqual([[{ file: '/app/a.ts', map: MAP }], []]);
  });

  test('are not used up by a snapshot', () => {
    const bench = new RecorderBench({ inlineMaps: inline });
    bench.end('a', {}, site);
    const [snapshot] = JSON.parse(bench.recorder.snapshot()) as PreloadBatch[];
    bench.pass(10);
    expect([snapshot.maps.length, bench.sent[0].maps.length]).toEqual([1, 1]);
  });

  test.each([
    ['data:application/json;charset=utf-8;base64,eyJhIjoxfQ==\n', '{"a":1}'],
    ['data:application/json,%7B%22a%22%3A1%7D', '{"a":1}'],
    ['data:application/json,%', undefined],
    ['data:', undefined],
  ])('%j is read', (url, text) => {
    expect(decodeDataUrl(url)).toBe(text);
  });
});

describe('the shadow of an unsampled span', () => {
  /** As in the API: one class for all spans that record nothing. */
  class NonRecordingSpan {
    constructor(private readonly context: object) {}
    spanContext = () => this.context;
    isRecording(): boolean {
      return false;
    }
    setAttribute(..._args: unknown[]): this {
      return this;
    }
    addEvent(..._args: unknown[]): this {
      return this;
    }
    updateName(_name: string): this {
      return this;
    }
    recordException(_exception: unknown): void {}
    end(_time?: unknown): void {}
  }
  const UNSAMPLED = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 };

  test('has what the program tells the span, up to its end', () => {
    const ended: ReadableSpan[] = [];
    const shadows = new ShadowSpans((span) => ended.push(span));
    const span = new NonRecordingSpan(UNSAMPLED);
    const before = Object.keys(span);
    shadows.shadow(span, { instrumentationScope: { name: 'scope' } }, [
      'load',
      { kind: 2, attributes: { a: 1 }, startTime: [5, 6] },
    ]);
    expect(span.setAttribute('b', 2)).toBe(span);
    span.addEvent('halfway', { c: 3 }, [7, 8]);
    span.recordException(new TypeError('no'));
    span.updateName('load all');
    span.end([9, 10]);
    span.setAttribute('late', 1);
    expect(Object.keys(span)).toEqual(before);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({
      name: 'load all',
      kind: 2,
      startTime: [5, 6],
      endTime: [9, 10],
      attributes: { a: 1, b: 2 },
      events: [
        { name: 'halfway', time: [7, 8], attributes: { c: 3 } },
        { name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'no' } },
      ],
    });
  });

  test('is not made of spans that are none', () => {
    const shadows = new ShadowSpans(() => {});
    const invalid = new NonRecordingSpan({ ...UNSAMPLED, spanId: '0'.repeat(16) });
    expect(shadows.shadow(invalid, {}, ['suppressed'])).toBeUndefined();
    expect(shadows.shadow(undefined, {}, ['nothing'])).toBeUndefined();
    expect(shadows.shadow(new NonRecordingSpan({ ...UNSAMPLED, traceFlags: 1 }), {}, ['remote'])).toBeUndefined();
  });

  test('is not made of the parent that a tracer hands through', () => {
    const parent = new NonRecordingSpan(UNSAMPLED);
    const key = Symbol.for('OpenTelemetry Context Key SPAN');
    const context = { getValue: (asked: symbol) => (asked === key ? parent : undefined), setValue: () => context };
    expect(new ShadowSpans(() => {}).shadow(parent, {}, ['child', {}, context])).toBeUndefined();
  });
});
