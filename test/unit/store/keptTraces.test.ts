import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpanStore } from '../../../src/store/spanStore';
import { newStore, origin, request, type TestSpan, traceId } from './requests';

const MIB = 1024 * 1024;
const STORE = 4 * MIB;
const SLOWEST = 5;
const LATEST_FAILED = 25;

interface PlainTrace {
  readonly number: number;
  readonly entry: string;
  readonly duration: number;
  readonly failed: boolean;
  readonly run: string;
}

/** Some kilobytes: a root and nine children. */
function spansOf({ number, entry, duration, failed }: PlainTrace): TestSpan[] {
  return Array.from({ length: 10 }, (_, i) => ({
    trace: number,
    id: number * 100 + i + 1,
    ...(i > 0 && { parent: number * 100 + 1 }),
    name: i === 0 ? entry : 'step',
    start: number * 1_000_000 + i,
    end: number * 1_000_000 + (i === 0 ? duration : 20),
    ...(failed && i === 9 && { status: 2 }),
    attributes: { body: `${number}-${i} ${'x'.repeat(300)}` },
  }));
}

function fill(store: SpanStore, traces: readonly PlainTrace[]): void {
  for (const trace of traces) store.append(request(spansOf(trace)), origin(trace.run));
}

/** Traces whose duration says nothing, all of one operation. */
function ordinary(from: number, count: number, run = 'run-1'): PlainTrace[] {
  return Array.from({ length: count }, (_, i) => ({
    number: from + i,
    entry: 'GET /',
    duration: 1000,
    failed: false,
    run,
  }));
}

function held(store: SpanStore): Set<number> {
  return new Set(store.traces({ limit: Infinity }).map(({ traceId: id }) => parseInt(id, 16)));
}

/** What has to be held whatever came after it, by looking at everything that ever came. */
function mustBeHeld(all: readonly PlainTrace[], run: string): number[] {
  const current = all.filter((trace) => trace.run === run);
  return [...new Set(current.map(({ entry }) => entry))].flatMap((entry) => {
    const ofEntry = current.filter((trace) => trace.entry === entry);
    const slowest = ofEntry.toSorted((a, b) => b.duration - a.duration || a.number - b.number).slice(0, SLOWEST);
    const failed = ofEntry.filter((trace) => trace.failed).slice(-LATEST_FAILED);
    return [...slowest, ...failed].map(({ number }) => number);
  });
}

describe('a full store keeps', () => {
  it('the slowest and the latest failed traces of each operation, and the newest of all, whatever comes', () => {
    const trace = fc.record({
      entry: fc.constantFrom('GET /', 'POST /pay', 'nightly'),
      duration: fc.integer({ min: 100, max: 1_000_000 }),
      failed: fc.integer({ min: 0, max: 40 }).map((dice) => dice === 0),
    });
    fc.assert(
      fc.property(fc.array(trace, { minLength: 1100, maxLength: 1400 }), (list) => {
        const all = list.map((one, i) => ({ ...one, number: i + 1, run: 'run-1' }));
        const store = newStore(STORE);
        fill(store, all);
        const there = held(store);
        expect(there.size).toBeLessThan(all.length);
        expect(mustBeHeld(all, 'run-1').filter((number) => !there.has(number))).toEqual([]);
        expect(there.has(all.length)).toBe(true);
        for (const { spans, traceId: id } of store.traces({ limit: Infinity }))
          expect([spans, store.trace(id)!.count]).toEqual([10, 10]);
        expect(store.totals.bytes).toBeLessThanOrEqual(STORE);
      }),
      { numRuns: 5 },
    );
  });

  it('nothing of a run that another of the same name has followed', () => {
    const store = newStore(STORE);
    const slow = { number: 1, entry: 'GET /', duration: 900_000, failed: true, run: 'run-1' };
    fill(store, [slow, ...ordinary(2, 600)]);
    expect(held(store).has(1)).toBe(true);
    fill(store, ordinary(1000, 1500, 'run-2'));
    expect([...held(store)].filter((number) => number < 1000)).toEqual([]);
  });

  it('pinned traces, over runs, until they are unpinned', () => {
    const store = newStore(STORE);
    fill(store, ordinary(1, 200));
    expect(store.pin(traceId(100), true)).toBeUndefined();
    fill(store, ordinary(1000, 1500, 'run-2'));
    expect(held(store).has(100)).toBe(true);
    expect(store.trace(traceId(100))!.count).toBe(10);
    expect(store.traces({ limit: 9, pinnedOnly: true })).toMatchObject([{ traceId: traceId(100), pinned: true }]);
    store.pin(traceId(100), false);
    fill(store, ordinary(3000, 1500, 'run-2'));
    expect(held(store).has(100)).toBe(false);
  });

  it('a trace that was pinned before it came', () => {
    const store = newStore(STORE);
    store.pin(traceId(50), true);
    fill(store, ordinary(1, 2000));
    expect(held(store).has(50)).toBe(true);
  });

  it('no more than a quarter for pins, and says what to do', () => {
    const store = newStore(STORE);
    fill(store, ordinary(1, 500));
    const answers = [...held(store)].map((number) => store.pin(traceId(number), true));
    const refused = answers.filter((answer) => answer !== undefined);
    expect(refused[0]).toMatch(/a quarter of the store already\. Unpin another one, or raise .*store\.maxBytes/);
    const pinned = answers.length - refused.length;
    fill(store, ordinary(1000, 3000));
    expect(store.traces({ limit: Infinity, pinnedOnly: true })).toHaveLength(pinned);
    expect(held(store).size).toBeGreaterThan(2 * pinned);
  });

  it('new traces coming in when every trace fails: what is kept takes its share and no more', () => {
    const store = newStore(STORE);
    const failing = Array.from({ length: 4000 }, (_, i) => ({
      number: i + 1,
      entry: `op ${i % 400}`,
      duration: 1000 + i,
      failed: true,
      run: 'run-1',
    }));
    fill(store, failing);
    const there = held(store);
    const newest = [...there].filter((number) => number > 4000 - there.size / 2);
    expect(newest.length).toBeGreaterThan(there.size * 0.45);
    expect(store.totals.bytes).toBeLessThanOrEqual(STORE);
  });
});

describe('a slow trace', () => {
  it('is one that took longer than nearly all of its operation', () => {
    const store = newStore();
    fill(store, ordinary(1, 40));
    fill(store, [{ number: 41, entry: 'GET /', duration: 5000, failed: false, run: 'run-1' }]);
    fill(store, [{ number: 42, entry: 'rare', duration: 5000, failed: false, run: 'run-1' }]);
    const slow = store.traces({ limit: Infinity }).filter((summary) => summary.slow);
    expect(slow.map(({ traceId: id }) => id)).toEqual([traceId(41)]);
  });
});
