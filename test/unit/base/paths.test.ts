import { describe, expect, it } from 'vitest';
import { baseName, isAbsolutePath, pathKey } from '../../../src/base/paths';

describe('pathKey', () => {
  it.each([
    ['/home/me/app.ts', '/home/me/app.ts'],
    ['file:///home/me/a%20b.ts', '/home/me/a b.ts'],
    ['file:///home/me/app.ts?v=3#x', '/home/me/app.ts'],
    ['file://localhost/home/me/app.ts', '/home/me/app.ts'],
    ['C:\\work\\app.ts', 'c:/work/app.ts'],
    ['c:/work/app.ts', 'c:/work/app.ts'],
    ['file:///C:/work/a%20b.ts', 'c:/work/a b.ts'],
    ['file:///c%3A/work/app.ts', 'c:/work/app.ts'],
    ['\\\\server\\share\\app.ts', '//server/share/app.ts'],
    ['file://server/share/app.ts', '//server/share/app.ts'],
    ['/odd\\name.ts', '/odd\\name.ts'],
    ['file:///100%.ts', '/100%.ts'],
  ])('%s becomes %s', (given, key) => expect(pathKey(given)).toBe(key));

  it('is its own fixed point', () => {
    const key = pathKey('file:///C:/Work/App.ts');
    expect(pathKey(key)).toBe(key);
  });
});

it('baseName takes the last part of either flavour', () => {
  expect([baseName('/a/b.ts'), baseName('c:\\a\\b.ts'), baseName('b.ts')]).toEqual(['b.ts', 'b.ts', 'b.ts']);
});

it('isAbsolutePath knows both flavours', () => {
  expect(['/a', 'C:\\a', 'c:/a', '\\\\server\\a', 'a/b', './a'].map(isAbsolutePath)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
