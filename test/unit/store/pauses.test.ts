import { describe, expect, it } from 'vitest';
import type { RunId } from '../../../src/model/ids';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import type { Origin } from '../../../src/store/appender';
import type { SpanStore } from '../../../src/store/spanStore';
import { at, EPOCH, newStore, request, type TestSpan, traceId } from './requests';

const FILE = '/app/a.ts';
const EPOCH_MS = Number(EPOCH) / 1e6;
const MS = 1e6;

/** A program's thread, as the preload names it. */
function from(run: string, thread = '10/0', last = false): Origin {
  return { run: run as RunId, runName: 'Launch', from: 'preload', thread, ...(last && { last }) };
}

/** Times in milliseconds after the epoch. */
function span(id: number, start: number, end: number | 'open', parent?: number): TestSpan {
  const to = end === 'open' ? end : end * MS;
  return { trace: 1, id, name: `s${id}`, start: start * MS, end: to, attributes: at(id), ...(parent && { parent }) };
}

function stop(store: SpanStore, start: number, end: number, run = 'a', thread: string | undefined = '10/0'): void {
  const where = { run: run as RunId, ...(thread && { thread }) };
  store.paused({ id: `${run} ${start}`, ...where, from: EPOCH_MS + start, to: EPOCH_MS + end });
}

/** Milliseconds by line: what the statistics say the latest span took. */
function running(store: SpanStore): Record<number, number> {
  const { lines } = store.fileStats(FILE);
  return Object.fromEntries(lines.map(({ line, latest }) => [line, Math.round(latest.duration / MS)]));
}

function columnsOf(store: SpanStore) {
  return store.trace(traceId(1))!;
}

describe('a span that a breakpoint held up', () => {
  it('counts for what it ran, and says for how long it stood', () => {
    const store = newStore();
    stop(store, 100, 900);
    store.append(request([span(1, 0, 1000)]), from('a'));
    expect(store.fileStats(FILE).lines).toMatchObject([
      { count: 1, paused: 1, latest: { duration: 200 * MS, paused: 800 * MS } },
    ]);
    expect(store.operations()[0].max / MS).toBeCloseTo(200, -1);
    expect(store.traces({ limit: 1 })[0]).toMatchObject({ duration: 200 * MS, paused: 800 * MS });
  });

  it('is drawn on the clock, with the stretches in which it stood', () => {
    const store = newStore();
    stop(store, 100, 300);
    stop(store, 250, 400);
    stop(store, 900, 2000);
    store.append(request([span(1, 0, 1000)]), from('a'));
    const { duration, paused, pauses, selfTime } = columnsOf(store);
    expect([duration[0], paused![0], selfTime[0]].map((nanos) => nanos / MS)).toEqual([1000, 400, 600]);
    expect([...pauses!].map((nanos) => nanos / MS)).toEqual([100, 400, 900, 1000]);
  });

  it('gives its child the pause, where the child ran', () => {
    const store = newStore();
    stop(store, 100, 300);
    store.append(request([span(2, 50, 200, 1), span(1, 0, 400)]), from('a'));
    // parent  |---------------|   self: 0–50, 200–400 without the 100 from 200 on
    // child     |-----|           self: 50–100
    expect([...columnsOf(store).selfTime].map((nanos) => nanos / MS)).toEqual([150, 50]);
  });

  it('is counted up to its stop while the program still stands', () => {
    const store = newStore();
    stop(store, 100, Infinity);
    store.append(request([span(1, 0, 150)]), from('a'));
    expect(running(store)).toEqual({ 1: 100 });
  });

  it('is none when it began after the stop or ended before', () => {
    const store = newStore();
    stop(store, 100, 200);
    store.append(request([span(1, 0, 100), span(2, 200, 300)]), from('a'));
    expect(running(store)).toEqual({ 1: 100, 2: 100 });
    expect(columnsOf(store).paused).toBeUndefined();
  });

  it('is known by its thread, once that is known', () => {
    const store = newStore();
    stop(store, 100, 200, 'a', undefined);
    store.pausedThread('a 100', '10/0');
    store.append(request([span(1, 0, 300)]), from('a', '10/0'));
    store.append(request([{ ...span(2, 0, 300), trace: 2 }]), from('a', '11/0'));
    expect(running(store)).toEqual({ 1: 200, 2: 300 });
  });

  it('counts for the whole run while nothing says which thread stands', () => {
    const store = newStore();
    stop(store, 100, 200, 'a', '');
    store.append(request([span(1, 0, 300)]), from('a', '11/0'));
    expect(running(store)).toEqual({ 1: 200 });
  });
});

describe('a span of another program', () => {
  it('that waited for the stopped one does not count the pause either', () => {
    const store = newStore();
    stop(store, 100, 900, 'called');
    store.append(request([span(2, 50, 'open', 1)]), from('called'));
    store.append(request([span(1, 0, 1000)]), from('caller'));
    expect(running(store)).toEqual({ 1: 200 });
    expect(columnsOf(store).paused![0]).toBe(800 * MS);
  });

  it('that began after what is stopped counts as it is', () => {
    const store = newStore();
    stop(store, 100, 900, 'stopped');
    store.append(request([span(1, 0, 'open')]), from('stopped'));
    store.append(request([span(2, 50, 950, 1)]), from('called'));
    expect(running(store)).toEqual({ 2: 900 });
  });

  it('in another trace did its own work meanwhile', () => {
    const store = newStore();
    stop(store, 100, 900, 'stopped');
    store.append(request([span(2, 50, 'open')]), from('stopped'));
    store.append(request([{ ...span(1, 0, 1000), trace: 2 }]), from('other'));
    expect(running(store)).toEqual({ 1: 1000 });
  });
});

describe('a span that has not ended', () => {
  it('is running while its program is, up to the stop', () => {
    const store = newStore();
    store.live.runBegan('a' as RunId);
    stop(store, 700, Infinity);
    store.append(request([span(1, 0, 'open')]), from('a'));
    const { duration, flags } = columnsOf(store);
    expect([duration[0] / MS, flags[0] & SPAN_FLAG.open, flags[0] & SPAN_FLAG.running]).toEqual([700, 16, 32]);
  });

  it('has run until now once its program goes on, and no longer than that of a thread that stands', () => {
    let now = EPOCH_MS + 900;
    const store = newStore(undefined, () => now);
    store.live.runBegan('a' as RunId);
    store.append(request([span(1, 0, 'open')]), from('a'));
    store.append(request([span(2, 100, 'open', 1)]), from('a', '10/1'));
    const durations = () => Array.from(columnsOf(store).duration, (nanos) => nanos / MS);
    expect(durations()).toEqual([900, 800]);
    store.paused({ id: 'p', run: 'a' as RunId, from: now, to: Infinity });
    now += 500;
    expect(durations()).toEqual([900, 800]);
    store.paused({ id: 'p', run: 'a' as RunId, from: EPOCH_MS + 900, to: now });
    now += 100;
    expect(durations()).toEqual([1500, 1400]);
    store.live.threadEnded('a' as RunId, '10/1');
    store.live.runEnded('a' as RunId);
    expect(durations()).toEqual([100, 0]);
  });

  it('is not running any more when its program ended', () => {
    const store = newStore();
    store.live.runBegan('a' as RunId);
    store.append(request([span(1, 0, 'open')]), from('a'));
    store.live.runEnded('a' as RunId);
    expect(columnsOf(store).flags[0] & (SPAN_FLAG.open | SPAN_FLAG.running)).toBe(SPAN_FLAG.open);
  });

  it('is found on its line when its program ends', () => {
    const store = newStore();
    store.append(request([span(1, 0, 'open')]), from('a'));
    expect(store.fileStats(FILE).lines).toEqual([]);
    store.append(request([span(1, 0, 'open')]), from('a', '10/0', true));
    expect(store.fileStats(FILE).lines).toMatchObject([{ line: 1, count: 0, neverEnded: 1, names: ['s1'] }]);
    expect(store.spansAt(FILE, 1, 9)).toHaveLength(1);
  });

  it('is forgotten as never ended when its end arrives after all', () => {
    const store = newStore();
    store.append(request([span(1, 0, 'open')]), from('a', '10/0', true));
    store.append(request([span(1, 0, 'open')]), from('a', '10/0', true));
    store.append(request([span(1, 0, 100)]), from('a'));
    const [line] = store.fileStats(FILE).lines;
    expect([line.count, line.neverEnded, line.latest.duration]).toEqual([1, undefined, 100 * MS]);
  });
});
