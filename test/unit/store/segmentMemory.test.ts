import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log';
import type { RunId } from '../../../src/model/ids';
import { lastingBuffer } from '../../../src/base/lastingMemory';
import { Packing, SegmentMemory } from '../../../src/store/segmentMemory';
import { SpanStore } from '../../../src/store/spanStore';
import { generateRequests } from '../../bench/lib/generateSpans';

const KB = 1024;
const ORIGIN = { run: 'run' as RunId, runName: 'run', from: 'otlp' } as const;

describe('memory of segments', () => {
  it('passes from one that left to one that needs about as much', () => {
    const memory = new SegmentMemory();
    const first = memory.take(300 * KB);
    memory.giveBack(first);
    expect(memory.spareBytes).toBe(first.byteLength);
    expect(memory.take(100 * KB)).not.toBe(first);
    expect(memory.take(310 * KB)).toBe(first);
    expect(memory.spareBytes).toBe(0);
  });

  it('is let go beyond what may wait, first what has waited longest', () => {
    const memory = new SegmentMemory();
    const [old, young] = [memory.take(128 * KB), memory.take(128 * KB)];
    memory.giveBack(old);
    memory.giveBack(young);
    memory.trim(200 * KB);
    expect(memory.spareBytes).toBe(128 * KB);
    expect([memory.take(128 * KB), memory.take(128 * KB)].map((each) => [old, young].indexOf(each))).toEqual([1, -1]);
  });

  it('holds lists of words behind bytes of any number', () => {
    const packing = new Packing(lastingBuffer(64));
    const bytes = packing.bytes(Uint8Array.of(1, 2, 3, 4), 3);
    const words = packing.words(Uint32Array.of(5, 6, 7), 2);
    expect([[...bytes], [...words]]).toEqual([
      [1, 2, 3],
      [5, 6],
    ]);
  });
});

describe('a store that is full', () => {
  it('fills what was left again, and stays within its bytes with what waits', () => {
    const maxBytes = 8 * KB * KB;
    const store = new SpanStore({ maxBytes, log: silentLog });
    const filled = new Set<ArrayBufferLike>();
    let refilled = 0;
    let most = 0;
    let last: ArrayBufferLike | undefined;
    for (const request of generateRequests({ spans: 80_000, batch: 512, seed: 1 })) {
      store.append(request, ORIGIN);
      const { segments, writer } = store['parts'];
      const { buffer } = writer.current.words;
      if (buffer !== last && filled.has(buffer)) refilled++;
      filled.add((last = buffer));
      most = Math.max(most, store.totals.bytes + segments.memory.spareBytes);
    }
    expect(refilled).toBeGreaterThan(5);
    expect(most).toBeLessThan(maxBytes * 1.02);
    expect(store.totals.spans).toBeGreaterThan(10_000);
  });

  it('reads the same of every trace after others took the memory of those that left', () => {
    const store = new SpanStore({ maxBytes: 8 * KB * KB, log: silentLog });
    const requests = [...generateRequests({ spans: 40_000, batch: 512, seed: 2 })];
    for (const request of requests) store.append(request, ORIGIN);
    const alone = new SpanStore({ maxBytes: 1024 * KB * KB, log: silentLog });
    for (const request of requests) alone.append(request, ORIGIN);
    const traces = store.traces({ limit: 200 });
    expect(traces).toHaveLength(200);
    for (const { traceId, spans } of traces.filter((_, i) => i % 20 === 0)) {
      const ids = store.searchTrace(traceId, []);
      expect(ids).toHaveLength(spans);
      for (const id of ids) expect(store.span(traceId, id)).toEqual(alone.span(traceId, id));
    }
  });
});
