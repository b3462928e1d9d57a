import { describe, expect, it } from 'vitest';
import type { EvidenceQuery, LineEvidence } from '../../../src/model/lineEvidence';
import type { SpanStore } from '../../../src/store/spanStore';
import { at, EPOCH, newStore, origin, request, storeWith, type TestSpan } from './requests';

const PATH = '/app/a.ts';
const NOW = Number(EPOCH / 1_000_000n) + 60_000;

function evidenceOf(store: SpanStore, query: Partial<EvidenceQuery> = {}): readonly LineEvidence[] {
  for (;;) {
    const evidence = store.evidence({ paths: [PATH], ...query }, 5);
    if (evidence) return evidence.lines;
  }
}

const lineOf = (store: SpanStore, line: number, query: Partial<EvidenceQuery> = {}): LineEvidence =>
  evidenceOf(store, query).find((each) => each.line === line)!;

function settled(...spans: readonly TestSpan[]): SpanStore {
  const store = newStore(undefined, () => NOW);
  store.append(request(spans), origin());
  return store;
}

describe('Evidence of a line', () => {
  it('tells roots from spans that have a parent, and from those with links', () => {
    const attributes = at(7);
    const store = storeWith(
      { trace: 1, id: 1, attributes },
      { trace: 2, id: 1, attributes },
      { trace: 3, id: 1, attributes, links: [{ trace: 1, id: 1 }] },
      { trace: 4, id: 2, parent: 1, attributes },
    );
    expect(lineOf(store, 7)).toMatchObject({ count: 4, roots: 2 });
  });

  it('counts what came since it was asked last, once', () => {
    const store = storeWith({ trace: 1, id: 1, attributes: at(7) });
    expect(lineOf(store, 7)).toMatchObject({ count: 1 });
    expect(lineOf(store, 7)).toMatchObject({ count: 1 });
    store.append(request([{ trace: 2, id: 1, attributes: at(7) }]), origin());
    expect(lineOf(store, 7)).toMatchObject({ count: 2, roots: 2 });
  });

  it('counts distinct names beyond those that the statistics of a line tell apart', () => {
    const store = newStore();
    for (let first = 0; first < 5000; first += 1000) {
      const spans = Array.from({ length: 1000 }, (_, i) => ({
        trace: first + i + 1,
        id: 1,
        name: `order ${(first + i) % 4812}`,
        attributes: at(3),
      }));
      store.append(request(spans), origin());
    }
    const { names, count } = lineOf(store, 3);
    expect({ names, count }).toEqual({ names: { count: 4812 }, count: 5000 });
  });

  it('keeps the names of runs apart, and knows those of all', () => {
    const store = newStore();
    for (const [run, names] of [['run-1', 'abc'], ['run-2', 'cd']] as const) // prettier-ignore
      store.append(request([...names].map((name, i) => ({ trace: run.length * 100 + name.charCodeAt(0) + i * 999, id: 1, name, attributes: at(3) }))), origin(run)); // prettier-ignore
    expect(lineOf(store, 3)).toMatchObject({
      count: 2,
      names: { count: 2 },
      everyRun: { count: 5, names: { count: 4 } },
    });
  });

  it('keeps what was counted when the spans have left', () => {
    const store = newStore(16 * 1024 * 1024);
    const filler = 'x'.repeat(1000);
    for (let batch = 0; batch < 60; batch++) {
      const spans = Array.from({ length: 500 }, (_, i) => ({
        trace: batch * 500 + i + 1,
        id: 1,
        name: 'work',
        attributes: { ...at(3), filler: `${filler}${batch} ${i}` },
      }));
      store.append(request(spans), origin());
      evidenceOf(store);
    }
    expect(store.totals.spans).toBeLessThan(30_000);
    expect(lineOf(store, 3)).toMatchObject({ count: 30_000, roots: 30_000 });
  });

  it('leaves out what started before the file was another', () => {
    const store = storeWith(
      { trace: 1, id: 1, attributes: at(7), start: 0, end: 5_000_000 },
      { trace: 2, id: 1, attributes: at(7), start: 9_000_000, end: 10_000_000 },
    );
    expect(lineOf(store, 7).count).toBe(2);
    const since = { 'run-1': Number(EPOCH / 1_000_000n) + 6 };
    const line = lineOf(store, 7, { since });
    expect(line).toMatchObject({ count: 1, sample: { spans: 1 } });
    store.append(request([{ trace: 3, id: 1, attributes: at(7), start: 12_000_000, end: 13_000_000 }]), origin());
    expect(lineOf(store, 7, { since }).count).toBe(2);
  });

  it('sees a failure below that the span says nothing of, and work that goes on after it', () => {
    const attributes = at(7);
    const store = storeWith(
      { trace: 1, id: 1, attributes, end: 10_000_000 },
      { trace: 1, id: 2, parent: 1, status: 2, end: 30_000_000 },
      { trace: 2, id: 1, attributes, end: 10_000_000, status: 2 },
      { trace: 2, id: 2, parent: 1, status: 2, end: 9_000_000 },
      { trace: 3, id: 1, attributes },
    );
    const { sample } = lineOf(store, 7);
    expect(sample).toMatchObject({ spans: 3, withChildren: 2, failedBelow: 1, outlived: 1, outlivedBy: 20_000_000 });
  });

  it('sees exceptions on spans that are not in error', () => {
    const events = [{ name: 'exception', at: 1 }];
    const store = storeWith(
      { trace: 1, id: 1, attributes: at(7), events },
      { trace: 2, id: 1, attributes: at(7), events, status: 2 },
    );
    expect(lineOf(store, 7).sample.silentExceptions).toBe(1);
  });

  it('knows which attributes came, and how many spans one trace has', () => {
    const spans = [1, 2, 3].map((id) => ({ trace: 1, id, parent: 9, attributes: { ...at(7), 'http.method': 'GET' } }));
    const { sample } = lineOf(storeWith(...spans, { trace: 2, id: 1, attributes: at(7) }), 7);
    expect(sample).toMatchObject({ mostInTrace: 3, keys: { 'http.method': 3 } });
  });

  describe('counts calls of one line under one parent', () => {
    const MS = 1_000_000;
    const parent: TestSpan = { trace: 1, id: 1, name: 'GET /orders', start: 0, end: 100 * MS };
    const call = (i: number, members: Partial<TestSpan> = {}): TestSpan => {
      const start = i * 5 * MS;
      return { trace: 1, id: 10 + i, parent: 1, kind: 3, start, end: start + 4 * MS, attributes: at(7), ...members };
    };
    const calls = (count: number, members?: Partial<TestSpan>) =>
      Array.from({ length: count }, (_, i) => call(i, members));
    const repeatedOf = (...spans: readonly TestSpan[]) => lineOf(storeWith(...spans), 7).sample.repeated;

    it('with the time that they took of it', () => {
      const repeated = repeatedOf(parent, ...calls(12));
      expect(repeated).toMatchObject({ count: 12, under: 'GET /orders', inTurn: true, parentTook: 100e6 });
      expect(Math.round(repeated!.busy / 1e6)).toBe(48);
    });

    it('and knows those that overlap from those in turn', () => {
      expect(repeatedOf(parent, ...calls(12, { start: 0, end: 9 * MS }))).toMatchObject({ inTurn: false });
    });

    it('unless they are few, of several parents, or no calls of others', () => {
      expect(repeatedOf(parent, ...calls(9))).toBeUndefined();
      const other: TestSpan = { ...parent, id: 2, parent: 1 };
      const halves = calls(18).map((each, i) => ({ ...each, parent: i < 9 ? 1 : 2 }));
      expect(repeatedOf(parent, other, ...halves)).toBeUndefined();
      expect(repeatedOf(parent, ...calls(12, { kind: 1 }))).toBeUndefined();
      expect(repeatedOf(...calls(12))).toBeUndefined();
    });
  });

  it('misses a parent only of spans that could have one here, and after a while', () => {
    const spans: TestSpan[] = [1, 3, 2].map((kind) => ({ trace: kind, id: 2, parent: 77, kind, attributes: at(7) }));
    expect(lineOf(settled(...spans), 7).sample.parentMissing).toBe(2);
    const fresh = newStore(undefined, () => NOW - 59_000);
    fresh.append(request(spans), origin());
    expect(lineOf(fresh, 7).sample.parentMissing).toBe(0);
  });

  it('counts what had not ended when the program did apart', () => {
    const store = storeWith({ trace: 1, id: 1, attributes: at(7) });
    store.append(request([{ trace: 2, id: 1, end: 'open', attributes: at(7) }]), { ...origin(), from: 'preload', last: true, thread: '1/0' }); // prettier-ignore
    expect(lineOf(store, 7)).toMatchObject({ count: 1, neverEnded: 1 });
  });
});

it('Programs that run code of a folder are known by their names and scopes, in the latest run', () => {
  const store = newStore();
  store.append(request([{ trace: 1, id: 1, attributes: at(7) }], 'before'), origin('run-1'));
  store.append(request([{ trace: 2, id: 1, attributes: at(7) }], 'shop'), origin('run-2'));
  store.append(request([{ trace: 3, id: 1, attributes: at(7, '/elsewhere/b.ts') }], 'other'), origin('run-2'));
  const ask = (folder: string) => store.evidence({ paths: ['/app/setup.ts'], folder }, 1000)?.program;
  expect(ask('/app/')).toMatchObject({ services: ['shop'], scopes: ['tests'] });
  expect(ask('/nowhere/')).toBeUndefined();
});

describe('Spans that lost their context', () => {
  const MS = 1_000_000;
  const handled = (trace: number, start: number): TestSpan[] => [
    { trace, id: 1, name: 'GET /orders', kind: 2, start, end: start + 10 * MS, attributes: at(1) },
    {
      trace: trace + 100,
      id: 1,
      name: 'query',
      kind: 3,
      start: start + 2 * MS,
      end: start + 3 * MS,
      attributes: at(9),
    },
  ];

  it('are roots inside a request, although requests are few', () => {
    const store = storeWith(...[1, 2, 3, 4].flatMap((number) => handled(number, number * 1000 * MS)));
    expect(lineOf(store, 9).contextLoss).toEqual({ roots: 4, inside: 4, operation: 'GET /orders' });
    expect(lineOf(store, 1).contextLoss).toBeUndefined();
  });

  it('are not told from chance while requests follow each other without a pause', () => {
    const store = storeWith(...[1, 2, 3, 4].flatMap((number) => handled(number, number * 10 * MS)));
    expect(lineOf(store, 9).contextLoss).toBeUndefined();
  });

  it('are not those that follow others within what clocks tell apart', () => {
    const spans = Array.from({ length: 14 }, (_, n): TestSpan[] => [
      { trace: n + 1, id: 1, start: n * 50 * MS, end: n * 50 * MS + MS, attributes: at(9) },
      {
        trace: n + 100,
        id: 1,
        name: 'form',
        start: n * 50 * MS - 100_000,
        end: n * 50 * MS + 400_000,
        attributes: at(1),
      },
    ]);
    const store = storeWith(...spans.flat());
    expect(lineOf(store, 9).contextLoss).toBeUndefined();
  });

  it('are not those that begin between requests', () => {
    const alone = [1, 2, 3, 4].map((n): TestSpan => ({ trace: n + 200, id: 1, start: (n * 1000 + 500) * MS, end: (n * 1000 + 501) * MS, attributes: at(9) })); // prettier-ignore
    const store = storeWith(...[1, 2, 3, 4].map((n) => handled(n, n * 1000 * MS)[0]), ...alone);
    expect(lineOf(store, 9).contextLoss).toBeUndefined();
  });
});
