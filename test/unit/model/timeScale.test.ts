import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fitWindow,
  isWhole,
  panBy,
  timeTicks,
  toFraction,
  toTime,
  wholeWindow,
  windowSpan,
  zoomAround,
} from '../../../src/model/timeScale';

const whole = { from: 0, to: 1000e6 };

describe('windows of time', () => {
  test('the whole of a trace leaves a little room on either side', () => {
    const { from, to } = wholeWindow(1e9);
    expect(from).toBeLessThan(0);
    expect(to).toBeGreaterThan(1e9);
    expect(windowSpan({ from, to })).toBeLessThan(1.05e9);
  });

  test('a trace without any duration still has a window', () => {
    expect(windowSpan(wholeWindow(0))).toBeGreaterThan(0);
  });

  test('zooming keeps the time under the pointer where it is', () => {
    const zoomed = zoomAround(whole, whole, 0.3, 0.5);
    expect(toTime(zoomed, 0.3)).toBeCloseTo(toTime(whole, 0.3), 3);
    expect(windowSpan(zoomed)).toBeCloseTo(500e6, 3);
  });

  test('zooming out ends at the whole', () => {
    const zoomed = zoomAround(whole, { from: 10e6, to: 900e6 }, 0.5, 4);
    expect(zoomed).toEqual(whole);
    expect(isWhole(whole, zoomed)).toBe(true);
  });

  test('panning stops at the edges', () => {
    expect(panBy(whole, { from: 100e6, to: 200e6 }, -5)).toEqual({ from: 0, to: 100e6 });
    expect(panBy(whole, { from: 100e6, to: 200e6 }, 50)).toEqual({ from: 900e6, to: 1000e6 });
  });

  test('a window that fits is inside the whole and wide enough to see', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2e9, max: 2e9, noNaN: true }),
        fc.double({ min: 0, max: 3e9, noNaN: true }),
        (from, span) => {
          const fitted = fitWindow(whole, { from, to: from + span });
          expect(fitted.from).toBeGreaterThanOrEqual(whole.from);
          expect(fitted.to).toBeLessThanOrEqual(whole.to + 1e-6);
          expect(windowSpan(fitted)).toBeGreaterThanOrEqual(19.99);
        },
      ),
    );
  });
});

describe('ticks of the ruler', () => {
  const labels = (from: number, to: number, width = 800): string[] =>
    timeTicks({ from, to }, width).map(({ label }) => label);

  test('stand at round times in one unit', () => {
    expect(labels(0, 470e6)).toEqual(['0', '100 ms', '200 ms', '300 ms', '400 ms']);
    expect(labels(0, 12_300)).toEqual(['0', '2 µs', '4 µs', '6 µs', '8 µs', '10 µs', '']);
  });

  test('have the decimals that their step needs', () => {
    expect(labels(1.2e9, 1.3e9)).toContain('1.22 s');
    expect(labels(1.34e6, 1.56e6)).toContain('1.40 ms');
  });

  test('read as a clock when a trace takes minutes', () => {
    expect(labels(0, 306e9)).toEqual(['0', '1:00', '2:00', '3:00', '4:00', '']);
    expect(labels(0, 2 * 3600e9)).toContain('1:30:00');
  });

  test('one whose label would be cut off at the right has none', () => {
    const ticks = timeTicks({ from: 0, to: 400.1e6 }, 800);
    expect(ticks.at(-1)).toMatchObject({ label: '' });
  });

  test('are never more than fit, at any zoom', () => {
    fc.assert(
      fc.property(fc.double({ min: 20, max: 1e15, noNaN: true }), fc.integer({ min: 50, max: 3000 }), (span, width) => {
        const window = { from: 0, to: span };
        const ticks = timeTicks(window, width);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(Math.max(1, Math.floor(width / 96)) + 1);
        for (const { fraction } of ticks) expect(fraction).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('a fraction and its time are each other’s inverse', () => {
    expect(toFraction(whole, toTime(whole, 0.73))).toBeCloseTo(0.73, 12);
  });
});
