import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CODE_CACHE_EXTENSION, PRELOAD_ENV, PRELOAD_SYMBOL } from '../../../src/protocol/preload';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);
const REGISTERS = `globalThis[Symbol.for('opentelemetry.js.api.1')] = { trace: { getTracer: () => ({}) } }`;

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'spanline-code-'));
  folder = join(root, 'preload');
  await run(process.execPath, [join(REPOSITORY, 'esbuild.mjs'), '--only=preload,capture', `--outdir=${root}`]);
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  for (const name of await caches()) await rm(join(folder, name), { recursive: true });
});

/** What the preload tells of a program that registers a provider. */
async function start(
  nodeOptions: readonly string[] = [],
): Promise<{ readonly how?: string; readonly adopted: boolean }> {
  const program = `${REGISTERS}; process.stdout.write('ran')`;
  const { stdout, stderr } = await run(
    process.execPath,
    [...nodeOptions, '--require', join(folder, 'preload.cjs'), '-e', program],
    { env: { [PRELOAD_ENV.endpoint]: 'http://127.0.0.1:9', [PRELOAD_ENV.debug]: '1' } },
  );
  expect(stdout).toBe('ran');
  return { how: /capture\.cjs: (.*)/.exec(stderr)?.[1], adopted: stderr.includes('adopts') };
}

async function caches(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.includes(CODE_CACHE_EXTENSION));
}

async function onlyCache(): Promise<string> {
  const [name, ...others] = await caches();
  expect(others).toEqual([]);
  return join(folder, name);
}

test('the first process leaves its compiled code to those that follow', async () => {
  expect(await start()).toEqual({ how: 'text', adopted: true });
  const { mtimeMs } = await stat(await onlyCache());
  expect(await start()).toEqual({ how: 'compiled code', adopted: true });
  expect((await stat(await onlyCache())).mtimeMs).toBe(mtimeMs);
});

test('under other flags of V8 the code is not used, and stays', async () => {
  await start();
  const { mtimeMs } = await stat(await onlyCache());
  expect(await start(['--no-opt'])).toEqual({ how: 'compiled code refused', adopted: true });
  expect((await stat(await onlyCache())).mtimeMs).toBe(mtimeMs);
});

test('a cache that was cut short is not believed, and is made anew', async () => {
  await start();
  const cache = await onlyCache();
  const whole = await readFile(cache);
  await writeFile(cache, whole.subarray(0, whole.length / 2));
  expect(await start()).toEqual({ how: 'text', adopted: true });
  expect((await readFile(cache)).length).toBeGreaterThan(whole.length / 2);
  expect(await start()).toEqual({ how: 'compiled code', adopted: true });
});

test('where the cache cannot be read or written the program runs all the same', async () => {
  await start();
  const cache = await onlyCache();
  await rm(cache);
  await mkdir(cache);
  expect(await start()).toEqual({ how: undefined, adopted: true });
});

test('another text has another cache, even of the same length', async () => {
  await start();
  const before = await onlyCache();
  const part = join(folder, 'capture.cjs');
  const text = await readFile(part, 'utf8');
  await writeFile(part, text.replace(/^\/\/\w{16}/, `//${'f'.repeat(16)}`));
  try {
    expect(await start()).toEqual({ how: 'text', adopted: true });
    expect(await caches()).toHaveLength(2);
    expect(await caches()).toContain(before.slice(folder.length + 1));
  } finally {
    await writeFile(part, text);
  }
});

test('a file of ours that cannot be loaded is told of, and the program runs on', async () => {
  const file = join(folder, 'capture.cjs');
  await rename(file, `${file}.away`);
  try {
    const { stdout } = await run(
      process.execPath,
      [
        ...['--require', join(folder, 'preload.cjs')],
        ...[
          '-e',
          `${REGISTERS}; process.stdout.write(JSON.stringify(globalThis[Symbol.for('${PRELOAD_SYMBOL}')].report()))`,
        ],
      ],
      { env: { [PRELOAD_ENV.endpoint]: 'http://127.0.0.1:9' } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ ended: 0, fault: 'MODULE_NOT_FOUND' });
  } finally {
    await rename(`${file}.away`, file);
  }
});
