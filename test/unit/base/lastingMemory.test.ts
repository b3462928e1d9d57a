import { getHeapStatistics } from 'node:v8';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { lastingBuffer, lastingDropped } from '../../../src/base/lastingMemory';

const MIB = 2 ** 20;

it('is none to the collector, and is freed soon after much of it was dropped', async () => {
  let freed = 0;
  const registry = new FinalizationRegistry(() => freed++);
  const before = getHeapStatistics().external_memory;
  const held: SharedArrayBuffer[] = [];
  for (let i = 0; i < 20; i++) {
    const buffer = lastingBuffer(2 * MIB);
    registry.register(buffer, undefined);
    held.push(buffer);
  }
  expect(getHeapStatistics().external_memory - before).toBeLessThan(2 * MIB);
  // Only what has survived two of the small collections waits for a large one.
  for (let round = 0; round < 20; round++) {
    Array.from({ length: 50_000 }, (_, i) => ({ i }));
    await sleep(1);
  }
  held.length = 0;
  lastingDropped(40 * MIB);
  for (let tries = 0; freed < 16 && tries < 2000; tries++) await sleep(10);
  expect(freed).toBeGreaterThanOrEqual(16);
}, 60_000);
