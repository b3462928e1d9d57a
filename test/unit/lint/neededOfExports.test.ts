import { describe, expect, test } from 'vitest';
import { ts } from '../../../src/lint/ts';
import { neededOfExports } from '../../../src/lint/types/neededOfExports';

const needed = (text: string, ...names: string[]) =>
  [...neededOfExports(ts.createSourceFile('/a.ts', text, ts.ScriptTarget.Latest), new Set(names))].sort();

describe('the imports that what is taken from a module hangs on', () => {
  test('are those of its declaration, and of what that names', () => {
    const text = `import { trace } from '@opentelemetry/api';
import type { Kind } from './kinds';
import { deep as other } from './deep';
export const tracer = trace.getTracer('x');
interface Inner { readonly kind: Kind }
export const settings = {} as Inner;
export function make() { return other(); }
`;
    expect(needed(text, 'settings')).toEqual(['./kinds']);
    expect(needed(text, 'tracer')).toEqual(['@opentelemetry/api']);
    expect(needed(text, 'make', 'settings')).toEqual(['./deep', './kinds']);
    expect(needed(text, '*')).toEqual(['./deep', './kinds', '@opentelemetry/api']);
    expect(needed(text, 'nothing')).toEqual([]);
  });

  test.each([
    ["export * from './all';", 'a', ['./all']],
    ["export { a } from './named';", 'a', ['./named']],
    ["import { x } from './x';\nexport { x as a };", 'a', ['./x']],
    ["import x from './x';\nexport default x;", 'default', ['./x']],
    ["import x from './x';\nexport default function f() { return x; }", 'default', ['./x']],
    ["export type A = import('./inline').A;", 'A', ['./inline']],
    ["import x = require('./x');\nexport const a = x.b;", 'a', ['./x']],
    ["const x = require('./x');\nmodule.exports = { a: x };", 'a', ['./x']],
    ["import * as all from './x';\nexport const { a: [b] } = all;", 'b', ['./x']],
    [
      "import type { X } from './x';\ndeclare global { interface Window { x: X } }\nexport const a = window.x;",
      'a',
      ['./x'],
    ],
    ["import { x } from './x';\nexport namespace a { export const b = x; }", 'a', ['./x']],
    ["import { x } from './x';\nlet a;\na = x;\nexport { a };", 'a', ['./x']],
    ["import './effects';\nimport { x } from './x';\nx();\nexport const a = 1;", 'a', []],
  ])('%s', (text, name, modules) => {
    expect(needed(text, name)).toEqual(modules);
  });
});
