import { expect, test } from 'vitest';
import { secretByKey } from '../../../src/redaction/secretKeys';
import { VerdictCache } from '../../../src/redaction/verdictCache';
import { received } from '../../support/received';

function counted() {
  const judged: string[] = [];
  const cache = new VerdictCache((key) => {
    judged.push(key);
    return secretByKey(key, key.split('.'));
  }, false);
  const isSecret = (key: string) =>
    received(Buffer.from(key), (bytes) => cache.of(bytes, 0, bytes.length) !== undefined);
  return { judged, isSecret };
}

test('a key is judged once, whatever becomes of the memory that it was seen in', () => {
  const { judged, isSecret } = counted();
  expect([isSecret('password'), isSecret('user.name')]).toEqual([true, false]);
  expect([isSecret('password'), isSecret('user.name')]).toEqual([true, false]);
  expect(judged).toEqual(['password', 'user.name']);
});

test('keys too long to be kept are judged each time', () => {
  const { judged, isSecret } = counted();
  const long = 'k'.repeat(300);
  isSecret(long);
  isSecret(long);
  expect(judged).toEqual([long, long]);
});
