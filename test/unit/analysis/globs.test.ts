import { expect, test } from 'vitest';
import { globPattern } from '../../../src/analysis/globs';

test.each([
  ['generated', 'generated/a.ts', true],
  ['generated/', 'generated/deep/a.ts', true],
  ['generated', 'src/generated/a.ts', false],
  ['**/generated', 'src/deep/generated/a.ts', true],
  ['**/*.gen.ts', 'a.gen.ts', true],
  ['**/*.gen.ts', 'src/a.gen.ts', true],
  ['src/*.ts', 'src/deep/a.ts', false],
  ['src/**', 'src/deep/a.ts', true],
  ['./src/?.ts', 'src/a.ts', true],
  ['src/?.ts', 'src/ab.ts', false],
  ['a.b', 'axb', false],
])('%s takes %s: %s', (glob, path, taken) => {
  expect(globPattern(glob).test(path)).toBe(taken);
});
