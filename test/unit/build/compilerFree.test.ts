import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

let built: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'spanline-compiler-free-'));
  await promisify(execFile)(process.execPath, [
    'esbuild.mjs',
    '--only=host,analysisClient,analysis',
    `--outdir=${built}`,
  ]);
}, 120_000);

afterAll(() => rm(built, { recursive: true, force: true }));

/** Says of a bundle whether it holds the compiler: a function that is nowhere else. */
const holdsCompiler = (text: string) => /\bfunction createTypeChecker\b/.test(text);

/** The bundle with all that is loaded with it: `import … from`, not `import(…)`. */
async function loadedWith(path: string, seen = new Map<string, string>()): Promise<Map<string, string>> {
  if (seen.has(path)) return seen;
  const text = await readFile(path, 'utf8');
  seen.set(path, text);
  for (const [, beside] of text.matchAll(/^(?:import|export)\b[^;'"]*?(?:from\s*)?["'](\.[^"']+)["']/gm))
    await loadedWith(join(dirname(path), beside), seen);
  return seen;
}

test.each(['extension.js', 'analysisClient.js'])('what the editor loads of %s holds no compiler', async (bundle) => {
  const text = await readFile(join(built, bundle), 'utf8');
  expect(holdsCompiler(text)).toBe(false);
  expect(text).not.toMatch(/\b(?:require|import)\(["'](?:typescript|ts-morph)["']\)/);
});

test('the language server answers before the compiler is loaded, which is a chunk that it asks for later', async () => {
  const atOnce = await loadedWith(join(built, 'analysis.mjs'));
  expect([...atOnce].filter(([, text]) => holdsCompiler(text)).map(([path]) => path)).toEqual([]);

  const later = new Map<string, string>();
  for (const [path, text] of atOnce)
    for (const [, beside] of text.matchAll(/\bimport\(["'](\.[^"']+)["']\)/g))
      await loadedWith(join(dirname(path), beside), later);
  expect([...later.values()].some(holdsCompiler)).toBe(true);
});
