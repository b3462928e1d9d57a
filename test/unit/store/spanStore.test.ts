import { describe, expect, it } from 'vitest';
import { CONFIDENCE_KEY, REASON_KEY } from '../../../src/model/codeAttributes';
import { at, newStore, origin, request, spanId, storeWith, type TestSpan, traceId } from './requests';

const FILE = '/app/a.ts';

/** What the engine adds to a span that the preload has sent. */
function callSite(line: number, confidence?: string) {
  return {
    [REASON_KEY]: 'seen when the program started the span',
    ...(confidence !== undefined && { [CONFIDENCE_KEY]: confidence }),
    ...at(line),
    'code.function.name': 'load',
  };
}

describe('copies of one span', () => {
  const plain: TestSpan = { trace: 1, id: 1, name: 'load', start: 1000, end: 5000, status: 2 };
  const located: TestSpan = { ...plain, attributes: callSite(12) };

  it.each([
    ['the one with a location second', [plain, located]],
    ['the one with a location first', [located, plain]],
    ['each of them several times', [plain, plain, located, located, plain]],
  ])('count once and leave the location, %s', (_, copies) => {
    const store = newStore();
    const results = copies.map((copy, i) =>
      store.append(request([copy]), origin('run', 'Launch', i === 0 ? 'otlp' : 'preload')),
    );
    expect(results[0]).toEqual({ accepted: 1, rejected: 0, duplicates: 0 });
    expect(results.slice(1).every(({ duplicates }) => duplicates === 1)).toBe(true);
    expect(store.totals).toMatchObject({ spans: 1, traces: 1 });
    expect(store.traces({ limit: 9 })).toMatchObject([{ spans: 1, errors: 1 }]);
    expect(store.trace(traceId(1))!.count).toBe(1);
    expect(store.fileStats(FILE).lines).toMatchObject([{ line: 12, count: 1, errors: 1 }]);
    expect(store.operations()).toMatchObject([{ count: 1, errors: 1 }]);
    expect(store.span(traceId(1), spanId(1))).toMatchObject({ location: { path: FILE, line: 12 } });
    expect(store.spansAt(FILE, 12, 9)).toHaveLength(1);
  });

  it('are recognised although an exporter rounds times to microseconds', () => {
    const store = storeWith({ ...plain, start: 1000, end: 5000 });
    expect(store.append(request([{ ...located, start: 1999, end: 5999 }]), origin())).toMatchObject({ duplicates: 1 });
  });

  it('within one request count once', () => {
    expect(newStore().append(request([plain, located, plain]), origin())).toMatchObject({ accepted: 1, duplicates: 2 });
  });

  it('that was sent open gives way to the one that ended, under its new name', () => {
    const store = storeWith({ ...located, end: 'open' });
    expect(store.trace(traceId(1))!.duration[0]).toBe(0);
    expect([store.operations(), store.fileStats(FILE).lines]).toEqual([[], []]);
    expect(store.append(request([{ ...located, name: 'load cart' }]), origin())).toMatchObject({ duplicates: 1 });
    expect(store.span(traceId(1), spanId(1))).toMatchObject({ name: 'load cart', duration: 4000 });
    expect(store.fileStats(FILE).lines).toMatchObject([{ count: 1, max: 4000 }]);
    store.append(request([{ ...located, end: 'open' }]), origin());
    expect(store.span(traceId(1), spanId(1))).toMatchObject({ name: 'load cart' });
  });
});

describe('spans that share an id and are no copies', () => {
  it('client and server as Zipkin has them are both kept, the server below the client', () => {
    const store = newStore();
    store.append(request([{ trace: 1, id: 5, kind: 3, name: 'get', start: 0, end: 90 }], 'web'), origin());
    store.append(request([{ trace: 1, id: 5, kind: 2, name: 'get', start: 10, end: 80 }], 'db'), origin());
    const { count, depth, services, service } = store.trace(traceId(1))!;
    expect([count, [...depth], [...service].map((i) => services[i])]).toEqual([2, [0, 1], ['web', 'db']]);
  });

  it('are told apart by their kind when one of them is asked for', () => {
    const store = newStore();
    store.append(request([{ trace: 1, id: 5, kind: 3, name: 'call' }], 'web'), origin());
    store.append(request([{ trace: 1, id: 5, kind: 2, name: 'serve' }], 'db'), origin());
    const nameOf = (kind?: 'client' | 'server' | 'producer') => store.span(traceId(1), spanId(5), kind)?.name;
    expect([nameOf('client'), nameOf('server')]).toEqual(['call', 'serve']);
    expect([nameOf(), nameOf('producer')]).not.toContain(undefined);
  });

  it('the same id with another name or time is another span', () => {
    const spans: TestSpan[] = [
      { trace: 1, id: 5, name: 'a', start: 0, end: 10_000 },
      { trace: 1, id: 5, name: 'b', start: 0, end: 10_000 },
      { trace: 1, id: 5, name: 'a', start: 5000, end: 10_000 },
      { trace: 1, id: 5, name: 'a', start: 0, end: 20_000 },
      { trace: 1, id: 5, name: 'a', start: 0, end: 10_000, parent: 4 },
    ];
    expect(newStore().append(request(spans), origin())).toEqual({ accepted: 5, rejected: 0, duplicates: 0 });
  });

  it('the same span id in another trace is another span', () => {
    const spans = [1, 2, 3].map((trace) => ({ trace, id: 5 }));
    expect(newStore().append(request(spans), origin())).toMatchObject({ accepted: 3 });
  });
});

describe('the location of a span', () => {
  it('from the program’s own attributes is certain, and they stay attributes', () => {
    const store = storeWith({ trace: 1, id: 1, attributes: { ...at(7), 'code.function.name': 'load', user: 'u' } });
    const span = store.span(traceId(1), spanId(1))!;
    expect(span.location).toEqual({
      path: FILE,
      line: 7,
      functionName: 'load',
      confidence: 'certain',
      reason: 'the span’s own code attributes',
    });
    expect(span.attributes.map(({ key }) => key)).toEqual([
      'code.file.path',
      'code.line.number',
      'code.function.name',
      'user',
    ]);
  });

  it('that Spanline found says so, and is no attribute of the program', () => {
    const store = storeWith({ trace: 1, id: 1, attributes: { user: 'u', ...callSite(7, 'likely') } });
    const span = store.span(traceId(1), spanId(1))!;
    expect(span.location).toMatchObject({
      line: 7,
      confidence: 'likely',
      reason: 'seen when the program started the span',
    });
    expect(span.attributes.map(({ key }) => key)).toEqual(['user']);
    expect(store.fileStats(FILE).lines[0]).toMatchObject({
      confidence: 'likely',
      reason: 'seen when the program started the span',
    });
  });

  it('is read from the older names, and from lines that were sent as text', () => {
    const attributes = {
      'code.filepath': 'file:///app/b%20c.ts',
      'code.lineno': '12',
      'code.column': 3,
      'code.function': 'f',
    };
    const store = storeWith({ trace: 1, id: 1, attributes });
    expect(store.span(traceId(1), spanId(1))!.location).toMatchObject({ path: '/app/b c.ts', line: 12, column: 3 });
    expect(store.fileStats('file:///app/b%20c.ts').lines).toMatchObject([{ line: 12, functionName: 'f' }]);
  });

  it.each([
    ['a line of 0', { 'code.file.path': FILE, 'code.line.number': 0 }],
    ['half a line', { 'code.file.path': FILE, 'code.line.number': 1.5 }],
    ['no line', { 'code.file.path': FILE }],
    ['no file', { 'code.line.number': 3 }],
    ['an empty file', { 'code.file.path': '', 'code.line.number': 3 }],
  ])('is none with %s', (_, attributes) => {
    const store = storeWith({ trace: 1, id: 1, attributes });
    expect(store.span(traceId(1), spanId(1))!.location).toBeUndefined();
    expect([store.files(), store.trace(traceId(1))!.flags[0] & 1]).toEqual([[], 0]);
  });

  it('is the same file for Windows paths in either spelling', () => {
    const store = storeWith(
      { trace: 1, id: 1, attributes: at(3, 'C:\\app\\a.ts') },
      { trace: 1, id: 2, attributes: at(3, 'c:/app/a.ts') },
    );
    expect(store.files()).toEqual(['c:/app/a.ts']);
    expect(store.fileStats('C:\\app\\a.ts').lines).toMatchObject([{ count: 2 }]);
  });
});

describe('statistics of a line', () => {
  it('tell durations, errors, names by frequency, services and the span that arrived last', () => {
    const store = newStore();
    const make = (id: number, name: string, duration: number, status = 0) => ({
      ...{ trace: 1, id, name, end: duration, status },
      attributes: at(4),
    });
    store.append(request([make(1, 'rare', 10), make(2, 'often', 20), make(3, 'often', 30, 2)], 'web'), origin());
    store.append(request([make(4, 'often', 1000)], 'db'), origin());
    const { lines, revision, path } = store.fileStats(FILE);
    expect([revision, path]).toEqual([store.revision, FILE]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      ...{ line: 4, count: 4, errors: 1, max: 1000, run: 'run-1' },
      latest: { traceId: traceId(1), spanId: spanId(4), duration: 1000 },
      names: ['often', 'rare'],
      distinctNames: 2,
      services: ['web', 'db'],
    });
    expect(lines[0].p50).toBeGreaterThanOrEqual(20 * 0.984);
    expect(lines[0].p50).toBeLessThanOrEqual(20 * 1.016);
    expect(lines[0]).not.toHaveProperty('previous');
  });

  it('name ten names at most and count a thousand', () => {
    const spans = Array.from({ length: 1500 }, (_, i) => ({
      trace: 1,
      id: i + 1,
      name: `user ${i}`,
      attributes: at(4),
    }));
    const [line] = storeWith(...spans).fileStats(FILE).lines;
    expect([line.names.length, line.distinctNames, line.count]).toEqual([10, 1000, 1500]);
  });

  it('count distinct names although the store has seen more than it can tell apart', () => {
    const store = newStore();
    const many = Array.from({ length: 66_000 }, (_, i) => ({ trace: 1, id: i + 1, name: `n${i}`, attributes: at(4) }));
    const few = Array.from({ length: 50 }, (_, i) => ({ trace: 2, id: i + 1, name: `m${i}`, attributes: at(5) }));
    store.append(request(many), origin());
    store.append(request(few), origin());
    expect(store.fileStats(FILE).lines[1]).toMatchObject({ count: 50, distinctNames: 50, names: ['(other names)'] });
    const others = store.operations().find(({ name }) => name === '(other names)' || name.startsWith('(other'));
    expect(store.operations().reduce((sum, { count }) => sum + count, 0)).toBe(66_050);
    expect(others!.count).toBeGreaterThan(40_000);
  });

  it('take times that make no duration for nothing', () => {
    const store = storeWith({ trace: 1, id: 1, start: 500, end: 100, attributes: at(4) });
    expect(store.fileStats(FILE).lines).toMatchObject([{ count: 1, max: 0 }]);
    expect(store.span(traceId(1), spanId(1))!.duration).toBe(-400);
    expect(store.trace(traceId(1))!.duration[0]).toBe(0);
  });

  it('name the changed files once', () => {
    const store = storeWith(
      { trace: 1, id: 1, attributes: at(4) },
      { trace: 1, id: 2, attributes: at(4, '/app/b.ts') },
    );
    expect(store.takeChangedFiles().sort()).toEqual([FILE, '/app/b.ts']);
    expect(store.takeChangedFiles()).toEqual([]);
    store.append(request([{ trace: 1, id: 3, attributes: at(4) }]), origin());
    expect(store.takeChangedFiles()).toEqual([FILE]);
  });
});

describe('runs', () => {
  const one = (trace: number, duration: number, line = 4) =>
    request([{ trace, id: 1, end: duration, attributes: at(line) }]);

  it('of one name are compared: the latest with the one before', () => {
    const store = newStore();
    store.append(one(1, 1000), origin('run-1', 'Server'));
    store.append(one(2, 9), origin('run-2', 'Tests'));
    store.append(one(3, 2000), origin('run-3', 'Server'));
    store.append(one(4, 3000), origin('run-4', 'Server'));
    const [line] = store.fileStats(FILE).lines;
    expect(line).toMatchObject({ run: 'run-4', count: 1, max: 3000, previous: { count: 1, max: 2000 } });
  });

  it('show the latest that reached the line', () => {
    const store = newStore();
    store.append(one(1, 1000, 4), origin('run-1', 'Server'));
    store.append(one(2, 2000, 5), origin('run-2', 'Server'));
    expect(store.fileStats(FILE).lines).toMatchObject([
      { line: 4, run: 'run-1' },
      { line: 5, run: 'run-2' },
    ]);
  });

  it('that go on beside a later one stay behind it, until that has been silent', () => {
    let now = 0;
    const store = newStore(undefined, () => now);
    store.append(one(1, 1000), origin('outside', 'outside'));
    store.append(one(2, 2000), origin('run-2', 'Server'));
    now += 10_000;
    store.append(one(3, 3000), origin('outside', 'outside'));
    expect(store.fileStats(FILE).lines).toMatchObject([{ run: 'run-2' }]);
    now += 60_000;
    store.append(one(4, 4000), origin('outside', 'outside'));
    expect(store.fileStats(FILE).lines).toMatchObject([{ run: 'outside', count: 3 }]);
  });

  it('give their spans, newest first, for the latest run only', () => {
    const store = newStore();
    store.append(one(1, 1000), origin('run-1', 'Server'));
    for (const trace of [2, 3, 4]) store.append(one(trace, 1000), origin('run-2', 'Server'));
    expect(store.spansAt(FILE, 4, 2)).toEqual([
      { traceId: traceId(4), spanId: spanId(1) },
      { traceId: traceId(3), spanId: spanId(1) },
    ]);
    expect(store.spansAt(FILE, 4, 9)).toHaveLength(3);
    expect(store.spansAt(FILE, 99, 9)).toEqual([]);
  });
});

describe('lists of traces', () => {
  const store = newStore();
  store.append(request([{ trace: 0xa1, id: 1, name: 'GET /cart', start: 3000, end: 9000 }], 'web'), origin());
  store.append(
    request(
      [
        { trace: 0xb2, id: 2, parent: 1, name: 'child', start: 1200, end: 1500 },
        { trace: 0xb2, id: 1, name: 'POST /pay', start: 1000, end: 2000, status: 2 },
      ],
      'pay',
    ),
    origin(),
  );
  store.append(request([{ trace: 0xc3, id: 7, parent: 6, name: 'late', start: 2000, end: 2500 }], 'mail'), origin());
  const names = (query: Parameters<typeof store.traces>[0]) => store.traces(query).map(({ rootName }) => rootName);

  it('are newest first and name the root, or the earliest span while there is none', () => {
    expect(store.traces({ limit: 10 })).toMatchObject([
      { rootName: 'GET /cart', rootService: 'web', rooted: true, duration: 6000, spans: 1, errors: 0 },
      { rootName: 'late', rootService: 'mail', rooted: false },
      {
        rootName: 'POST /pay',
        rootService: 'pay',
        rooted: true,
        duration: 1000,
        spans: 2,
        errors: 1,
        services: ['pay'],
      },
    ]);
  });

  it('take in names, services and ids in any case, and errors alone', () => {
    expect(names({ limit: 10, text: 'post' })).toEqual(['POST /pay']);
    expect(names({ limit: 10, text: 'MAIL' })).toEqual(['late']);
    expect(names({ limit: 10, text: '00a1' })).toEqual(['GET /cart']);
    expect(names({ limit: 10, errorsOnly: true })).toEqual(['POST /pay']);
    expect(names({ limit: 10, errorsOnly: true, text: 'cart' })).toEqual([]);
    expect(names({ limit: 1 })).toEqual(['late']);
  });

  it('do not know a trace that never came', () => {
    expect(store.trace(traceId(99))).toBeUndefined();
    expect(store.span(traceId(0xa1), spanId(99))).toBeUndefined();
    expect(store.span(traceId(99), spanId(1))).toBeUndefined();
  });
});

describe('services without end', () => {
  it('beyond the first thirty are still all named', () => {
    const store = newStore();
    for (let i = 0; i < 50; i++) store.append(request([{ trace: 1, id: i + 1 }], `service ${i}`), origin());
    expect(store.traces({ limit: 1 })[0].services).toHaveLength(50);
    expect(store.trace(traceId(1))!.services).toHaveLength(50);
  });

  it('and a span without one belongs to unknown_service', () => {
    const store = newStore();
    store.append(request([{ trace: 1, id: 1 }], ''), origin());
    expect(store.span(traceId(1), spanId(1))!.service).toBe('unknown_service');
  });
});
