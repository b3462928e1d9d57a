import { expect, test } from 'vitest';
import { groundsOf, GROUNDS, sureness } from '../../../src/lint/grounds';
import { rules } from '../../../src/lint';

test('a finding is as sure as the weakest of its grounds', () => {
  expect(sureness('span-name-high-cardinality', 'request')).toBe('certain');
  expect(sureness('span-name-high-cardinality', 'request', false, 'byName')).toBe('likely');
  expect(sureness('span-name-high-cardinality', 'request', 'byName', 'renamedLater')).toBe('possible');
  expect(sureness('span-not-ended-on-all-paths', 'exit', undefined, 'spread')).toBe('likely');
});

test('every rule says on what grounds it finds, and no other', () => {
  expect(Object.keys(GROUNDS).sort()).toEqual([...rules].map(({ id }) => id).sort());
});

test('a page lists the surest grounds first', () => {
  const order = ['certain', 'likely', 'possible'];
  for (const { id } of rules) {
    const ranks = groundsOf(id).map(({ confidence }) => order.indexOf(confidence));
    expect(ranks).toEqual([...ranks].sort());
  }
});
