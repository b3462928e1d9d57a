import { describe, expect, it } from 'vitest';
import type { SpanStore } from '../../../src/store/spanStore';
import { generateRequests } from '../../bench/lib/generateSpans';
import { at, newStore, origin, request, spanId, type TestSpan, traceId } from './requests';

const MIB = 1024 * 1024;
const SMALL = 4 * MIB;

/** A trace of `size` spans: a root and children, some kilobytes each. */
function traceSpans(trace: number, size: number): TestSpan[] {
  return Array.from({ length: size }, (_, i) => ({
    trace,
    id: trace * 1000 + i + 1,
    ...(i > 0 && { parent: trace * 1000 + 1 }),
    start: trace * 1000 + i,
    end: trace * 1000 + 500,
    attributes: { ...at(1 + (i % 5)), body: `${trace}-${i} ${'x'.repeat(400)}` },
    events: i % 7 === 0 ? [{ name: 'tick', at: i, attributes: { of: `${trace}-${i}` } }] : [],
  }));
}

function heldTraces(store: SpanStore): number[] {
  const summaries = store.traces({ limit: Infinity });
  return summaries.map((summary) => parseInt(summary.traceId, 16)).sort((a, b) => a - b);
}

/** The slowest of an operation stay; of equals the first. */
const KEPT_LONGER = [1, 2, 3, 4, 5];

/** `count` traces up to `last`, and those that stay although they are old. */
function keptAndNewest(count: number, last: number): number[] {
  const newest = count - KEPT_LONGER.length;
  return [...KEPT_LONGER, ...Array.from({ length: newest }, (_, i) => last - newest + 1 + i)];
}

describe('a full store', () => {
  it('drops the oldest traces, each as a whole, and stays within its bytes', () => {
    const store = newStore(SMALL);
    for (let trace = 1; trace <= 2000; trace++) {
      store.append(request(traceSpans(trace, 20)), origin());
      expect(store.totals.bytes).toBeLessThanOrEqual(SMALL);
      if (trace % 200 !== 0) continue;
      const held = heldTraces(store);
      expect(held.at(-1)).toBe(trace);
      expect(held).toEqual(keptAndNewest(held.length, trace));
      for (const summary of store.traces({ limit: Infinity })) {
        expect(summary.spans).toBe(20);
        expect(store.trace(summary.traceId)!.count).toBe(20);
      }
      expect(store.totals.spans).toBe(20 * held.length);
    }
    expect(store.totals.traces).toBeGreaterThan(100);
  });

  it('goes on, and holds the newest, where the statistics of endless names take more than it has', () => {
    const store = newStore(2 * MIB);
    const spansOf = (trace: number) =>
      [1, 2, 3].map((id) => ({ trace, id, ...(id > 1 && { parent: 1 }), name: id === 1 ? `GET /${trace}` : 'query' }));
    for (let first = 1; first <= 20_000; first += 200)
      store.append(request(Array.from({ length: 200 }, (_, i) => spansOf(first + i)).flat()), origin());
    expect(store.totals.bytes).toBeGreaterThan(2 * MIB);
    const held = heldTraces(store);
    expect(held.slice(-100)).toEqual(Array.from({ length: 100 }, (_, i) => 19_901 + i));
    for (const { spans } of store.traces({ limit: Infinity })) expect(spans).toBe(3);
  });

  it('shows no trace with spans missing while spans of many traces arrive mixed', () => {
    const [store, roomy] = [newStore(SMALL), newStore()];
    for (const bytes of generateRequests({ spans: 40_000, batch: 64, seed: 3 })) {
      store.append(bytes, origin());
      roomy.append(bytes, origin());
      expectWholeTraces(store, roomy, 20);
    }
    expect(store.totals.traces).toBeGreaterThan(100);
    expectWholeTraces(store, roomy, Infinity);
    const summaries = store.traces({ limit: Infinity });
    expect(store.totals.spans).toBe(summaries.reduce((sum, { spans }) => sum + spans, 0));
  });

  it('keeps what it counted of spans that have left', () => {
    const store = newStore(SMALL);
    for (let trace = 1; trace <= 1000; trace++) store.append(request(traceSpans(trace, 20)), origin());
    expect(store.totals.spans).toBeLessThan(20_000);
    const { lines } = store.fileStats('/app/a.ts');
    expect(lines.map(({ count: spans }) => spans)).toEqual([4000, 4000, 4000, 4000, 4000]);
    expect(store.operations()).toMatchObject([{ count: 20_000 }]);
  });

  it('counts each span once, though it was sent open before, moved or has left meanwhile', () => {
    const store = newStore(SMALL);
    const long = (end: number | 'open', name: string): TestSpan => ({
      trace: 9_999_999,
      id: 1,
      name,
      end,
      attributes: at(90),
    });
    store.append(request([long('open', 'job')]), origin());
    for (let trace = 1; trace <= 1000; trace++) {
      const [root, ...others] = traceSpans(trace, 20);
      store.append(request([{ ...root, end: 'open' }, ...others]), origin());
      store.append(request([root, { trace: 9_999_999, id: trace + 1, parent: 1, name: 'step' }]), origin());
    }
    store.append(request([long(5000, 'job'), long(5000, 'job')]), origin());
    const counts = Object.fromEntries(store.operations().map(({ name, count }) => [name, count]));
    expect(counts).toEqual({ work: 20_000, step: 1000, job: 1 });
    expect(store.totals.spans).toBeLessThan(20_000);
    const { lines } = store.fileStats('/app/a.ts');
    expect(lines.map(({ line, count }) => [line, count])).toEqual([
      ...[1, 2, 3, 4, 5].map((line) => [line, 4000]),
      [90, 1],
    ]);
    expect(lines.at(-1)).toMatchObject({ p50: 5000, max: 5000 });
  });

  it('counts a span whose trace has left but does not bring half of the trace back', () => {
    const store = newStore(SMALL);
    for (let trace = 1; trace <= 1000; trace++) store.append(request(traceSpans(trace, 20)), origin());
    const before = store.totals;
    expect(store.append(request([{ trace: 6, id: 99_999, attributes: at(50) }]), origin())).toMatchObject({
      accepted: 1,
    });
    expect(store.trace(traceId(6))).toBeUndefined();
    expect(store.totals).toMatchObject({ spans: before.spans, traces: before.traces });
    expect(store.fileStats('/app/a.ts').lines.at(-1)).toMatchObject({ line: 50, count: 1 });
  });

  it('keeps a trace that still receives spans, whole and readable', () => {
    const store = newStore(SMALL);
    const root: TestSpan = {
      trace: 9_999_999,
      id: 1,
      name: 'a long job',
      attributes: { job: 'nightly', ...at(77) },
      events: [{ name: 'begun', at: 5, attributes: { by: 'cron' } }],
      links: [{ trace: 5, id: 6 }],
      status: 2,
      message: 'not well',
    };
    store.append(request([root]), origin());
    for (let trace = 1; trace <= 1500; trace++) {
      const step: TestSpan = {
        trace: root.trace,
        id: trace + 1,
        parent: 1,
        name: `step ${trace}`,
        start: trace,
        end: 2000,
      };
      store.append(request([...traceSpans(trace, 20), step]), origin());
    }
    const columns = store.trace(traceId(root.trace))!;
    expect(columns.count).toBe(1501);
    expect([...columns.parent].filter((parent) => parent === 0)).toHaveLength(1500);
    expect(store.traces({ limit: Infinity }).find(({ spans }) => spans === 1501)).toMatchObject({
      rootName: 'a long job',
      errors: 1,
    });
    expect(store.span(traceId(root.trace), spanId(1))).toMatchObject({
      name: 'a long job',
      status: { code: 'error', message: 'not well' },
      attributes: [{ key: 'job' }, { key: 'code.file.path' }, { key: 'code.line.number' }],
      events: [{ name: 'begun', offset: 5, attributes: [{ key: 'by', value: { value: 'cron' } }] }],
      links: [{ traceId: traceId(5), spanId: spanId(6) }],
      location: { line: 77 },
    });
    expect(store.span(traceId(root.trace), spanId(700))!.name).toBe('step 699');
    expect(store.spansAt('/app/a.ts', 77, 5)).toEqual([{ traceId: traceId(root.trace), spanId: spanId(1) }]);
    expect(store.totals.bytes).toBeLessThanOrEqual(SMALL);
  });

  it('recognises a copy of a span that was moved', () => {
    const store = newStore(SMALL);
    const root: TestSpan = { trace: 9_999_999, id: 1, name: 'a long job' };
    store.append(request([root]), origin());
    for (let trace = 1; trace <= 1000; trace++) {
      const step: TestSpan = { trace: root.trace, id: trace + 1, parent: 1, start: trace, end: 2000 };
      store.append(request([...traceSpans(trace, 20), step]), origin());
    }
    expect(store.append(request([root]), origin())).toEqual({ accepted: 0, rejected: 0, duplicates: 1 });
  });

  it('turns away spans of a trace that alone would fill it, and says what to do', () => {
    const store = newStore(SMALL);
    const results = Array.from({ length: 400 }, (_, i) => {
      const spans = traceSpans(1, 20).map((span) => ({
        ...span,
        id: span.id + i * 20,
        message: `${i} ${span.id} ${'y'.repeat(500)}`,
      }));
      return store.append(request(spans), origin());
    });
    const rejecting = results.filter(({ rejected }) => rejected > 0);
    expect(rejecting.length).toBeGreaterThan(0);
    expect(rejecting[0].message).toMatch(
      /a trace that has grown too large to be kept whole; raise the setting "spanline.store.maxBytes"/,
    );
    const accepted = results.reduce((sum, result) => sum + result.accepted, 0);
    expect(store.trace(traceId(1))!.count).toBe(accepted);
    expect(store.totals.bytes).toBeLessThanOrEqual(SMALL);
  });

  it('takes single values that are larger than a segment', () => {
    const store = newStore(SMALL);
    for (let trace = 1; trace <= 30; trace++) {
      const attributes = { blob: `${trace}`.repeat(400_000) };
      store.append(request([{ trace, id: 1, attributes }]), origin());
      expect(store.totals.bytes).toBeLessThanOrEqual(SMALL);
    }
    expect(store.totals.traces).toBeGreaterThan(2);
  });
});

describe('a lower limit', () => {
  it('is kept at once', () => {
    const store = newStore(16 * MIB);
    for (let trace = 1; trace <= 1000; trace++) store.append(request(traceSpans(trace, 20)), origin());
    expect(store.totals.bytes).toBeGreaterThan(8 * MIB);
    store.setMaxBytes(8 * MIB);
    expect(store.totals.bytes).toBeLessThanOrEqual(8 * MIB);
    expect(heldTraces(store).at(-1)).toBe(1000);
    for (const { spans } of store.traces({ limit: Infinity })) expect(spans).toBe(20);
  });

  it('is kept although segments were made for a larger one, and spans go on arriving', () => {
    const store = newStore(256 * MIB);
    for (let trace = 1; trace <= 1000; trace++) store.append(request(traceSpans(trace, 20)), origin());
    store.setMaxBytes(SMALL);
    expect(store.totals.bytes).toBeLessThanOrEqual(SMALL);
    for (let trace = 1001; trace <= 2000; trace++) store.append(request(traceSpans(trace, 20)), origin());
    expect(store.totals.bytes).toBeLessThanOrEqual(SMALL);
    const held = heldTraces(store);
    expect(held).toEqual(keptAndNewest(held.length, 2000));
    expect(held.length).toBeGreaterThan(100);
  });

  it('can be raised again', () => {
    const store = newStore(SMALL);
    for (let trace = 1; trace <= 500; trace++) store.append(request(traceSpans(trace, 20)), origin());
    store.setMaxBytes(64 * MIB);
    for (let trace = 501; trace <= 2000; trace++) store.append(request(traceSpans(trace, 20)), origin());
    expect(heldTraces(store).length).toBeGreaterThan(1500);
  });
});

describe('clearing', () => {
  it('drops everything, and what comes then is new', () => {
    const store = newStore();
    store.append(request(traceSpans(1, 20)), origin());
    store.clear();
    expect(store.totals).toMatchObject({ spans: 0, traces: 0 });
    expect([store.files(), store.operations(), store.traces({ limit: 9 })]).toEqual([[], [], []]);
    expect(store.append(request(traceSpans(1, 20)), origin())).toMatchObject({ accepted: 20, duplicates: 0 });
  });
});

/** What `store` shows of its newest traces is all that `roomy`, which never was full, knows of them. */
function expectWholeTraces(store: SpanStore, roomy: SpanStore, limit: number): void {
  for (const { traceId: id, spans } of store.traces({ limit })) {
    const all = roomy.trace(id)!.count;
    expect([spans, store.trace(id)!.count]).toEqual([all, all]);
  }
}
