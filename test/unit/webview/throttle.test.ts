import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Throttle } from '../../../webview/waterfall/state/throttle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A throttle over a job that takes `took` ms, with a gap of 100 ms; `runs` holds the times at which it started. */
function throttle(took: number) {
  const runs: number[] = [];
  const started = performance.now();
  const job = async (): Promise<void> => {
    runs.push(Math.round(performance.now() - started));
    await new Promise((resolve) => setTimeout(resolve, took));
  };
  return { runs, subject: new Throttle(job, () => 100) };
}

test('the first request runs at once', () => {
  const { runs, subject } = throttle(0);
  subject.request();
  expect(runs).toEqual([0]);
});

test('requests within the gap are one run after it', async () => {
  const { runs, subject } = throttle(10);
  for (let i = 0; i < 5; i++) subject.request();
  await vi.advanceTimersByTimeAsync(500);
  expect(runs).toEqual([0, 110]);
});

test('a request while the job runs never runs it twice at once', async () => {
  const { runs, subject } = throttle(1_000);
  subject.request();
  await vi.advanceTimersByTimeAsync(500);
  subject.request();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(runs).toEqual([0, 1_100]);
});

test('an urgent request skips the gap, after the run that is under way', async () => {
  const { runs, subject } = throttle(50);
  subject.request();
  await vi.advanceTimersByTimeAsync(20);
  subject.requestNow();
  await vi.advanceTimersByTimeAsync(60);
  expect(runs).toEqual([0, 50]);
});

test('nothing runs after disposal', async () => {
  const { runs, subject } = throttle(10);
  subject.request();
  subject.request();
  subject.dispose();
  subject.request();
  await vi.advanceTimersByTimeAsync(500);
  expect(runs).toEqual([0]);
});
