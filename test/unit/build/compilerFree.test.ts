import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

let built: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'spanline-compiler-free-'));
  await promisify(execFile)(process.execPath, [
    'esbuild.mjs',
    '--only=host,analysisClient,analysis,compiler',
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

test('the language server answers before the compiler is loaded, which is in a file of its own', async () => {
  const server = join(built, 'analysis.mjs');
  const atOnce = await loadedWith(server);
  expect([...atOnce].filter(([, text]) => holdsCompiler(text)).map(([path]) => path)).toEqual([]);

  const [, later] = /["'](\.\/[^"']+\.cjs)["']/.exec(await readFile(server, 'utf8')) ?? [];
  expect(holdsCompiler(await readFile(join(built, later), 'utf8'))).toBe(true);
});

test('the built command line says the same from its text and from what V8 made of it before', async () => {
  const env = { ...process.env, SPANLINE_CODE_CACHE: join(built, 'cache') };
  const bad =
    "import { trace } from '@opentelemetry/api';\ntrace.getTracer('x').startSpan(`GET ${location.href}`).end();\n";
  await writeFile(join(built, 'bad.ts'), bad);
  const args = [join(built, 'cli.mjs'), 'lint', join(built, 'bad.ts'), '--max-warnings', '9'];
  const lint = () => promisify(execFile)(process.execPath, args, { env });
  await promisify(execFile)(process.execPath, [join(built, 'cli.mjs'), 'lint', '--rules'], { env });
  // The little that a list needs compiled would stand in the way of what a scan leaves.
  expect(await readdir(join(built, 'cache')).catch(() => [])).toEqual([]);
  const first = await lint();
  expect(first.stdout).toContain('1 finding.');
  expect(await readdir(join(built, 'cache'))).toHaveLength(1);
  expect(await lint()).toEqual(first);
}, 120_000);
