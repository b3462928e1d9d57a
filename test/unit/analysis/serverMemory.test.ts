import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Engine } from '../../../src/analysis/engine';
import { silentLog } from '../../../src/base/log';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 });

/** More than the engine keeps parses of, and than share a program. */
const FILES = 600;
/** In the first of these files everything is filled that has a bound. */
const FILLED = 300;
const SETTINGS = { enabled: true, rules: {}, wrappers: [] };

let folder: string;
let collect: () => void;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanline-memory-'));
  await writeFile(
    join(folder, 'settings.ts'),
    "export const warmth = (() => Math.random() > 0.5 ? 'warm' as const : 'cold' as const)();\n",
  );
  setFlagsFromString('--expose-gc');
  collect = runInNewContext('gc') as () => void;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file whose span name only a checker can judge, with code enough that its tree is felt. */
function text(index: number, edit = 0): string {
  const bulk = Array.from(
    { length: 25 },
    (_, i) => `export const f${i} = (a: number, b: string) => ({ a, b, c: [a + ${i}, b.length] });`,
  );
  return `import { trace } from '@opentelemetry/api';
import { warmth } from './settings';
export const run${index} = () => trace.getTracer('x').startSpan(\`load \${warmth}\`).end();
// ${'x'.repeat(edit)}
${bulk.join('\n')}
`;
}

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

function look(engine: Engine, index: number, edit = 0): void {
  const path = join(folder, `file${index}.ts`);
  const now = text(index, edit);
  if (engine.lint(path, now, SETTINGS).wantsTypes) engine.lintTyped(path, now, SETTINGS);
}

test('many files, opened one after the other, are held no more than some of them', () => {
  const engine = new Engine({ open: () => undefined }, silentLog);
  look(engine, 0);
  const empty = heap();
  for (let index = 1; index < FILLED; index++) look(engine, index);
  const filled = heap();
  for (let index = FILLED; index < FILES; index++) look(engine, index);
  const held = heap();
  expect(filled - empty).toBeGreaterThan(0);
  // As much again was looked at, and hardly anything came to it.

  expect((held - filled) / (filled - empty)).toBeLessThan(0.25);
});

test('edits of one file leave nothing of its former texts', () => {
  const engine = new Engine({ open: () => undefined }, silentLog);
  for (let index = 0; index < 10; index++) look(engine, index);
  const few = heap();
  for (let index = 10; index < 60; index++) look(engine, index);
  const perFile = (heap() - few) / 50;
  for (let edit = 0; edit < 20; edit++) look(engine, 0, edit);
  const before = heap();
  for (let edit = 20; edit < 220; edit++) look(engine, 0, edit);
  const perEdit = (heap() - before) / 200;

  expect(perEdit / perFile).toBeLessThan(0.1);
});

test('what a scan was made with is gone with it', () => {
  const engine = new Engine({ open: () => undefined }, silentLog);
  look(engine, 0);
  const before = heap();
  (() => {
    const fresh = engine.fresh();
    for (let index = 0; index < 100; index++) look(fresh, index);
    expect(heap() - before).toBeGreaterThan(2e6);
  })();

  expect(heap() - before).toBeLessThan(1e6);
});
