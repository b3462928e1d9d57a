import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import manifest from '../../../package.json';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const run = promisify(execFile);
let folder: string;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As somebody types it in an empty folder into which the package was installed. */
async function spanline(...args: string[]): Promise<Outcome> {
  const command = join(folder, 'node_modules', '.bin', 'spanline');
  const env = { ...process.env, SPANLINE_CODE_CACHE: join(folder, 'cache') };
  return run(command, args, { cwd: folder, env }).then(
    (done) => ({ code: 0, ...done }),
    (failed: Outcome) => failed,
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanline-packed-'));
  await run(process.execPath, ['build/packCli.mjs', `--out=${folder}`]);
  const [archive] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(folder, 'package.json'), '{}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${archive}`], { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the packed command line runs where nothing else is installed', async () => {
  expect((await spanline('--version')).stdout).toBe(`${manifest.version}\n`);
  expect(await spanline('lint', '.')).toMatchObject({ code: 0, stdout: 'Nothing found.\n' });
  const bad =
    "import { trace } from '@opentelemetry/api';\ntrace.getTracer('x').startSpan(`GET ${location.href}`).end();\n";
  await writeFile(join(folder, 'bad.ts'), bad);
  const found = await spanline('lint', '--format', 'json');
  expect(found.code).toBe(1);
  expect(JSON.parse(found.stdout)).toMatchObject([{ path: 'bad.ts', line: 2, rule: 'span-name-high-cardinality' }]);
  expect((await spanline('lint', '--level', 'loud')).code).toBe(2);
  expect((await spanline('lint', '--help')).stdout).toMatch(/Exit codes\n {2}0/);
});

test('the package brings the pages of the rules, the schema and the notices, and no source map', async () => {
  const files = await readdir(join(folder, 'node_modules', 'spanline'), { recursive: true });
  expect(files).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'THIRD-PARTY-NOTICES.txt',
      'spanlinerc.schema.json',
      join('rules', 'pii-attribute.md'),
    ]),
  );
  expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
});
