import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { localFiles } from '../../../src/sources/fileAccess';

describe('files that senders name', () => {
  it.each([
    ['too long', '/' + '['.repeat(10_000)],
    ['with a NUL', '/a\0b'],
    ['empty', ''],
    ['below a file', `${fileURLToPath(import.meta.url)}/x`],
    ['a folder', import.meta.dirname],
  ])('are none, and no fault, when their name is %s', (_, path) => {
    expect([localFiles.stamp(path), localFiles.read(path)]).toEqual([undefined, undefined]);
  });

  it('have a stamp and a text when they are there', () => {
    const path = fileURLToPath(import.meta.url);
    expect(localFiles.stamp(path)).toMatch(/^\d+\/\d+$/);
    expect(localFiles.read(path)).toContain('files that senders name');
  });
});
