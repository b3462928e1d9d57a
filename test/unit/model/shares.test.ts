import { expect, test } from 'vitest';
import { overviewStrokes } from '../../../src/model/overview';
import { serviceShares } from '../../../src/model/serviceShares';
import { traceOf, traceOfSpans } from '../../webview/synthetic';

test('services are listed by the time in which they themselves worked', () => {
  const { columns } = traceOf([
    {
      name: 'a',
      service: 'front',
      at: 0,
      takes: 10,
      children: [
        { name: 'b', service: 'db', at: 1, takes: 6 },
        { name: 'c', service: 'db', at: 7, takes: 1, error: 'x' },
      ],
    },
  ]);
  expect(serviceShares(columns)).toEqual([
    { service: 'db', spans: 2, errors: 1, selfTime: 7e6, share: 0.7 },
    { service: 'front', spans: 1, errors: 0, selfTime: 3e6, share: 0.3 },
  ]);
});

test('a trace without any time has no shares that are not numbers', () => {
  const { columns } = traceOf([{ name: 'a', at: 0, takes: 0 }]);
  expect(serviceShares(columns)[0].share).toBe(0);
});

test('a small trace has a lane for every span in the overview, errors drawn last', () => {
  const { columns } = traceOf([{ name: 'a', at: 0, takes: 9, error: 'x', children: [{ name: 'b', at: 1, takes: 1 }] }]);
  expect(overviewStrokes(columns, 20)).toEqual([
    { lane: 1, row: 1 },
    { lane: 0, row: 0 },
  ]);
});

test('a large trace is thinned out for the overview, but not its errors', () => {
  const specs = Array.from({ length: 50_000 }, (_, row) => ({
    name: 'a',
    at: row,
    takes: 1,
    ...(row % 5000 === 7 && { error: 'x' }),
  }));
  const { columns } = traceOfSpans(specs, new Int32Array(specs.length).fill(-1));
  const strokes = overviewStrokes(columns, 20);
  expect(strokes.length).toBeLessThan(2_500);
  expect(strokes.filter(({ row }) => columns.status[row] === 2)).toHaveLength(10);
  expect(Math.max(...strokes.map(({ lane }) => lane))).toBe(19);
});
