import { expect, it } from 'vitest';
import { formatDuration, formatOffset } from '../../../src/model/durationFormat';

it.each([
  [0, '0 ns'],
  [850, '850 ns'],
  [999.7, '1 µs'],
  [1_234, '1.2 µs'],
  [12_000_000, '12 ms'],
  [48_040_000, '48 ms'],
  [123_400_000, '123 ms'],
  [999_700_000, '1 s'],
  [2_350_000_000, '2.4 s'],
  [59_900_000_000, '1 min 00 s'],
  [185_000_000_000, '3 min 05 s'],
  [7_260_000_000_000, '2 h 01 min'],
  [172_740_000_000_000, '47 h 59 min'],
  [1_000_000_000_000_000, '11 d 13 h'],
  [-5_000_000, '-5 ms'],
  [Number.NaN, '–'],
])('%d ns reads as %s', (nanos, text) => expect(formatDuration(nanos)).toBe(text));

it('tells when something began as an offset, and nothing of the very beginning', () => {
  expect([0, 1_234, -12_000_000].map(formatOffset)).toEqual(['0', '+1.2 µs', '-12 ms']);
});
