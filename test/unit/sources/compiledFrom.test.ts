import { describe, expect, it } from 'vitest';
import { compiledFrom } from '../../../src/sources/compiledFrom';

function within(files: Readonly<Record<string, string>>) {
  return (path: string) =>
    compiledFrom(path, { read: (each) => files[each], stamp: (each) => (each in files ? '1' : undefined) });
}

describe('the source of a compiled file', () => {
  it('is found by the configuration that names its folder, with comments and trailing commas', () => {
    const find = within({
      '/app/tsconfig.json': '{ // ours\n "compilerOptions": { "outDir": "build", /* all */ "rootDir": "./src/", }, }',
      '/app/src/routes/pay.ts': '',
      '/app/src/view.tsx': '',
      '/app/src/cli.mts': '',
    });
    expect(find('/app/build/routes/pay.js')).toBe('/app/src/routes/pay.ts');
    expect(find('/app/build/view.js')).toBe('/app/src/view.tsx');
    expect(find('/app/build/cli.mjs')).toBe('/app/src/cli.mts');
    expect(find('/app/build/gone.js')).toBeUndefined();
    expect(find('/app/other/routes/pay.js')).toBeUndefined();
  });

  it('is found where no root is named, and by what the configuration inherits', () => {
    const find = within({
      '/app/one/tsconfig.json': '{ "compilerOptions": { "outDir": "build" } }',
      '/app/one/dice.ts': '',
      '/app/two/tsconfig.json': '{ "compilerOptions": {} }',
      '/app/two/tsconfig.build.json': '{ "extends": "../base" }',
      '/app/base.json': '{ "compilerOptions": { "outDir": "two/dist", "rootDir": "two/source" } }',
      '/app/two/source/pay.ts': '',
    });
    expect(find('/app/one/build/dice.js')).toBe('/app/one/dice.ts');
    expect(find('/app/two/dist/pay.js')).toBe('/app/two/source/pay.ts');
  });

  it('may stand beside it; whatever else is read there stops nobody', () => {
    const find = within({
      '/a/x.ts': '',
      '/b/tsconfig.json': 'no JSON',
      '/c/tsconfig.json': '{ "extends": "./tsconfig" }',
    });
    expect(find('/a/x.js')).toBe('/a/x.ts');
    expect(find('/a/x.css')).toBeUndefined();
    expect(find('/b/out/x.js')).toBeUndefined();
    expect(find('/c/out/x.js')).toBeUndefined();
  });
});
