import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { GoneThreads } from '../../../src/preload/capture/goneThreads';

const SLEEPS = 'setInterval(() => {}, 1000)';

test('a worker that was terminated is told of, one that goes on is not, and neither gets a listener', async () => {
  const gone: number[] = [];
  const timers = { setTimeout, clearTimeout, setImmediate, queueMicrotask };
  new GoneThreads({ timers, outsideContext: (run) => run() }, (threads) => gone.push(...threads)).watch();
  const [first, second] = [new Worker(SLEEPS, { eval: true }), new Worker(SLEEPS, { eval: true })];
  await Promise.all([once(first, 'online'), once(second, 'online')]);
  expect(first.listenerCount('exit')).toBe(0);
  const thread = first.threadId;
  await first.terminate();
  await expect.poll(() => gone, { timeout: 20_000 }).toEqual([thread]);
  const other = second.threadId;
  await second.terminate();
  await expect.poll(() => gone, { timeout: 20_000 }).toEqual([thread, other]);
});
