import { expect, test } from 'vitest';
import {
  failedFiles,
  type FileSummaries,
  NOTHING_RUN,
  OF_NO_FILE,
  totalOf,
  withSecondTry,
} from '../../support/summary';

const FIRST: FileSummaries = {
  'good.test.ts': { ...NOTHING_RUN, passed: 3, skipped: ['good.test.ts > c: there is no php'] },
  'busy.test.ts': {
    ...NOTHING_RUN,
    passed: 1,
    failed: 2,
    failures: ['busy.test.ts > a: late', 'busy.test.ts > b: later'],
  },
  'broken.test.ts': { ...NOTHING_RUN, passed: 4, failed: 1, failures: ['broken.test.ts > d: 1 is not 2'] },
};
const AGAIN: FileSummaries = {
  'busy.test.ts': { ...NOTHING_RUN, passed: 3 },
  'broken.test.ts': {
    ...NOTHING_RUN,
    passed: 3,
    failed: 2,
    failures: ['broken.test.ts > d: 1 is not 2', 'broken.test.ts > e: no'],
  },
};

test('of files that were run twice the second result counts, each test once', () => {
  expect(failedFiles(FIRST)).toEqual(['busy.test.ts', 'broken.test.ts']);
  const { passed, failed, failures, skipped } = totalOf(withSecondTry(FIRST, AGAIN));
  expect([passed, failed]).toEqual([9, 2]);
  expect(failures).toEqual(['broken.test.ts > d: 1 is not 2', 'broken.test.ts > e: no']);
  expect(skipped).toEqual(['good.test.ts > c: there is no php']);
});

test('a file that passes only at its second try is named with what it failed by at first, one that fails twice is not', () => {
  expect(totalOf(withSecondTry(FIRST, AGAIN)).retried).toEqual([
    'busy.test.ts as a whole, after busy.test.ts > a: late',
  ]);
});

test('a file whose second try came to no result keeps its first', () => {
  const { passed, failed, retried } = totalOf(withSecondTry(FIRST, { 'busy.test.ts': AGAIN['busy.test.ts'] }));
  expect([passed, failed, retried.length]).toEqual([10, 1, 1]);
  expect(totalOf(withSecondTry(FIRST, {}))).toEqual(totalOf(FIRST));
});

test('an error that belongs to no file cannot be tried again and stays', () => {
  const lost = (message: string) => ({ [OF_NO_FILE]: { ...NOTHING_RUN, failed: 1, failures: [message] } });
  const first = { ...FIRST, ...lost('outside of tests: one') };
  expect(failedFiles(first)).not.toContain(OF_NO_FILE);
  expect(totalOf(withSecondTry(first, AGAIN)).failures).toContain('outside of tests: one');
  const both = totalOf(withSecondTry(first, { ...AGAIN, ...lost('outside of tests: two') }));
  expect(both.failures).toEqual(expect.arrayContaining(['outside of tests: one', 'outside of tests: two']));
  expect(both.failed).toBe(4);
});
