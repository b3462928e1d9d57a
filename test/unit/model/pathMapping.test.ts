import { describe, expect, test } from 'vitest';
import { applyMapping, mappingInto } from '../../../src/model/pathMapping';

describe('a path mapping', () => {
  test.each([
    ['/app', '/home/me/shop', '/app/src/a.js', '/home/me/shop/src/a.js'],
    ['/app/', '/home/me/shop/', '/app/src/a.js', '/home/me/shop/src/a.js'],
    ['/', '/home/me/shop', '/src/a.js', '/home/me/shop/src/a.js'],
    ['/app/a.js', '/home/me/b.js', '/app/a.js', '/home/me/b.js'],
    ['C:\\Build', '/home/me/shop', 'c:/build/Src/A.cs', '/home/me/shop/Src/A.cs'],
    ['/app', 'D:\\Shop', '/app/a.js', 'd:/Shop/a.js'],
    ['\\\\server\\drop', '/home/me', '//Server/drop/a.cs', '/home/me/a.cs'],
    ['file:///app', '/home/me', '/app/a.js', '/home/me/a.js'],
    ['github.com/me/shop', '/home/me/shop', 'github.com/me/shop/cart/a.go', '/home/me/shop/cart/a.go'],
    ['src', '/home/me/shop/src', 'src/a.py', '/home/me/shop/src/a.py'],
  ])('of %s to %s makes of %s %s', (from, to, path, expected) => {
    expect(applyMapping({ from, to }, path)).toBe(expected);
  });

  test.each([
    ['/app', '/application/a.js'],
    ['/app', '/srv/app/a.js'],
    ['/App', '/app/a.js'],
    ['/app/a.js', '/app/a.jsx'],
  ])('of %s is not about %s', (from, path) => {
    expect(applyMapping({ from, to: '/here' }, path)).toBeUndefined();
  });
});

describe('a mapping into a folder that was pointed at', () => {
  const holds =
    (...files: string[]) =>
    (path: string) =>
      files.includes(path);

  test.each([
    ['/app/src/a.js', ['/ws/src/a.js'], { from: '/app', to: '/ws' }],
    ['/app/src/a.js', ['/ws/a.js'], { from: '/app/src', to: '/ws' }],
    ['/app/src/a.js', ['/ws/app/src/a.js'], { from: '/', to: '/ws' }],
    ['c:/build/a.cs', ['/ws/a.cs'], { from: 'c:/build', to: '/ws' }],
    ['github.com/me/shop/a.go', ['/ws/a.go'], { from: 'github.com/me/shop', to: '/ws' }],
  ])('%s in a folder with %s', (path, files, expected) => {
    expect(mappingInto('/ws/', path, holds(...files))).toEqual(expected);
    expect(applyMapping(expected, path)).toBe(files[0]);
  });

  test('is none when the folder has no such file', () => {
    expect(mappingInto('/ws', '/app/src/a.js', holds('/ws/src/b.js'))).toBeUndefined();
  });
});
