import { describe, expect, test } from 'vitest';
import { withHandOver } from '../../../src/preload/stage0/esModules';

const ANNOUNCE = Symbol.for('spanline.module');

/** Runs a module of its own and gives what it exports, and what was handed over meanwhile. */
async function evaluated(source: string, answer: (value: unknown) => unknown = (value) => value) {
  const handed: unknown[][] = [];
  const before: unknown = Reflect.get(globalThis, ANNOUNCE);
  Reflect.set(globalThis, ANNOUNCE, (...args: unknown[]) => {
    handed.push(args.slice(1));
    return answer(args[2]);
  });
  try {
    const url = `data:text/javascript,${encodeURIComponent(source)}`;
    return { exports: (await import(/* @vite-ignore */ url)) as Record<string, unknown>, handed };
  } finally {
    Reflect.set(globalThis, ANNOUNCE, before);
  }
}

const changed = (source: string, ...names: string[]) => {
  const text = withHandOver(source, names);
  if (text === undefined) throw new Error('the module was left as it was');
  return text;
};

describe('an ES module that is followed', () => {
  test('hands over what it exports in a list, and exports what it is answered', async () => {
    const source = 'const other = 1, made = 2;\nexport {\n  other,\n  made as client,\n};\n//# sourceMappingURL=x.map';
    const { exports, handed } = await evaluated(changed(source, 'client'), () => 'answered');
    expect(handed).toEqual([['client', 2]]);
    expect({ ...exports }).toEqual({ other: 1, client: 'answered' });
  });

  test('hands over a minified export', async () => {
    const { exports, handed } = await evaluated(changed('var a=1,$b=2;export{a as one,$b as two};', 'two'));
    expect(handed).toEqual([['two', 2]]);
    expect({ ...exports }).toEqual({ one: 1, two: 2 });
  });

  test('hands over a class that is exported where it is declared', async () => {
    const { exports, handed } = await evaluated(
      changed('export class Queue {}\nexport class QueueBase {}', 'QueueBase'),
    );
    expect(handed).toEqual([['QueueBase', exports.QueueBase]]);
    expect(Object.keys(exports)).toEqual(['Queue', 'QueueBase']);
  });

  test('hands over constants and functions that are exported where they are declared, several of them', async () => {
    const source =
      'export const made = (x) => x;\nexport function makes() { return made(1); }\nexport const other = 3;';
    const { exports, handed } = await evaluated(changed(source, 'made', 'makes', 'missing'), (value) => [value]);
    expect(handed.map(([name]) => name)).toEqual(['made', 'makes']);
    expect([exports.made, exports.makes]).toEqual(handed.map(([, value]) => [value]));
    expect([(handed[1][1] as () => number)(), exports.other]).toEqual([1, 3]);
  });

  test('runs as it was written where nobody is there to be told', async () => {
    const source = changed('const Router = class {};\nexport { Router };', 'Router');
    const before: unknown = Reflect.get(globalThis, ANNOUNCE);
    Reflect.deleteProperty(globalThis, ANNOUNCE);
    const exports = (await import(`data:text/javascript,${encodeURIComponent(source)}//alone`)) as { Router: unknown };
    if (before) Reflect.set(globalThis, ANNOUNCE, before);
    expect(typeof exports.Router).toBe('function');
  });

  test('keeps its lines', () => {
    const source = 'const a = 1;\nexport {\n  a,\n};\nthrowsHere();';
    expect(changed(source, 'a').startsWith(source.replace('  a,', '  $spanline_a as a,'))).toBe(true);
  });

  test.each([
    ['only hands on what others export', "export { Router } from './router.js';"],
    ['does not export the name', 'const x = 1; export { x as routerOf };'],
  ])('is left alone where it %s', (_what, source) => {
    expect(withHandOver(source, ['Router'])).toBeUndefined();
  });
});
