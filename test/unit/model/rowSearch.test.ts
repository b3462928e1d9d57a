import { describe, expect, test } from 'vitest';
import { nextMatch, searchRows } from '../../../src/model/rowSearch';
import { spanIdAt } from '../../../src/model/spanRows';
import { traceOf } from '../../webview/synthetic';

const { columns } = traceOf([
  {
    name: 'POST /checkout',
    service: 'storefront',
    kind: 'server',
    at: 0,
    takes: 9,
    children: [
      { name: 'SELECT items', service: 'db', kind: 'client', at: 1, takes: 1 },
      { name: 'select stock', service: 'storefront', at: 3, takes: 1, error: 'no row' },
    ],
  },
]);
const found = (query: string): number[] => [...searchRows(columns, query)];

describe('searching rows', () => {
  test('finds parts of names and services in any case', () => {
    expect(found('SELECT')).toEqual([1, 2]);
    expect(found('front')).toEqual([0, 2]);
  });

  test('wants every word, wherever it matches', () => {
    expect(found('select storefront')).toEqual([2]);
    expect(found('select nowhere')).toEqual([]);
  });

  test('finds kinds, statuses and whole span ids', () => {
    expect(found('server')).toEqual([0]);
    expect(found('error')).toEqual([2]);
    expect(found(spanIdAt(columns, 1).toUpperCase())).toEqual([1]);
  });

  test('an empty query matches nothing', () => {
    expect(found('   ')).toEqual([]);
  });
});

describe('going through matches', () => {
  const matches = Int32Array.of(2, 5, 9);

  test('goes on from where one stands, and round at the ends', () => {
    expect(nextMatch(matches, 5, 1)).toBe(9);
    expect(nextMatch(matches, 9, 1)).toBe(2);
    expect(nextMatch(matches, 3, -1)).toBe(2);
    expect(nextMatch(matches, 2, -1)).toBe(9);
  });

  test('starts at the first from no selection, and finds nothing in nothing', () => {
    expect(nextMatch(matches, -1, 1)).toBe(2);
    expect(nextMatch(new Int32Array(0), 4, 1)).toBe(-1);
  });
});
