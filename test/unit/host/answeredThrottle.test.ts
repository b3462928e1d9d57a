import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AnsweredThrottle } from '../../../src/host/answeredThrottle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function throttle(sends = true) {
  const hints: number[] = [];
  const start = Date.now();
  const throttled = new AnsweredThrottle({
    restMs: 400,
    patienceMs: 5_000,
    hint: () => {
      hints.push(Date.now() - start);
      return Promise.resolve(sends);
    },
  });
  return { throttled, hints };
}

test('hints at once, then not again before the answer, however often it is asked to', async () => {
  const { throttled, hints } = throttle();
  for (let at = 0; at < 3_000; at += 100) {
    throttled.request();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(hints).toEqual([0]);
  throttled.answered();
  await vi.advanceTimersByTimeAsync(400);
  expect(hints).toEqual([0, 3_400]);
});

test('rests after an answer when nothing was asked for meanwhile', async () => {
  const { throttled, hints } = throttle();
  throttled.request();
  throttled.answered();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(hints).toEqual([0]);
  throttled.request();
  expect(hints).toHaveLength(2);
});

test('goes on without an answer when patience is over', async () => {
  const { throttled, hints } = throttle();
  throttled.request();
  throttled.request();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(hints).toEqual([0, 5_000]);
});

test('waits for no answer where nothing was sent', async () => {
  const { throttled, hints } = throttle(false);
  throttled.request();
  throttled.request();
  await vi.advanceTimersByTimeAsync(400);
  expect(hints).toEqual([0, 400]);
});

test('sends nothing more once disposed', async () => {
  const { throttled, hints } = throttle();
  throttled.request();
  throttled.request();
  throttled.dispose();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(hints).toEqual([0]);
});
