import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throttle } from '../../../src/host/throttle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a throttle', () => {
  it('acts at once after a silence and once more at the interval’s end for all that came in between', () => {
    let acted = 0;
    const throttle = new Throttle(100, () => acted++);
    throttle.request();
    expect(acted).toBe(1);
    throttle.request();
    throttle.request();
    vi.advanceTimersByTime(99);
    expect(acted).toBe(1);
    vi.advanceTimersByTime(1);
    expect(acted).toBe(2);
    vi.advanceTimersByTime(1000);
    expect(acted).toBe(2);
  });

  it('is not put off by requests that keep coming', () => {
    let acted = 0;
    const throttle = new Throttle(100, () => acted++);
    for (let ms = 0; ms < 1000; ms += 10) {
      throttle.request();
      vi.advanceTimersByTime(10);
    }
    expect(acted).toBeGreaterThanOrEqual(10);
    expect(acted).toBeLessThanOrEqual(11);
  });

  it('does nothing after its disposal', () => {
    let acted = 0;
    const throttle = new Throttle(100, () => acted++);
    throttle.request();
    throttle.request();
    throttle.dispose();
    vi.advanceTimersByTime(1000);
    expect(acted).toBe(1);
  });
});
