import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { CHECK_WORKSPACE } from '../../../src/protocol/analysis';
import { buildServer, LanguageServer } from './languageServer';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

let built: string;
let folder: string;

beforeAll(async () => {
  built = dirname(await buildServer());
});
afterAll(() => rm(built, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanline-threads-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}

/** As it was built and is started by people. */
async function lint(path: string, ...args: string[]): Promise<{ out: string; err: string }> {
  const env = { ...process.env, SPANLINE_CODE_CACHE: join(built, 'cache') };
  const command = [join(built, 'cli.mjs'), 'lint', path, '--level', 'hint', ...args];
  const options = { cwd: folder, env, maxBuffer: 64e6 };
  return promisify(execFile)(process.execPath, command, options).then(
    ({ stdout, stderr }) => ({ out: stdout, err: stderr }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ out: stdout, err: stderr }),
  );
}

const isOurs = (path: string) => basename(path) !== 'node_modules';

test('threads find in this repository what one thread finds, and tell it in the same order', async () => {
  // A copy: nobody writes in it meanwhile.
  for (const name of ['src', 'test/unit', 'test/bench', 'test/fixtures/programs', 'test/workspaces'])
    await cp(join(REPOSITORY, name), join(folder, name), { recursive: true, filter: isOurs });
  await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const one = await lint('.', '--tests', '--format', 'json', '--threads', '1');
  const more = await lint('.', '--tests', '--format', 'json', '--threads', '3');
  expect((JSON.parse(one.out) as unknown[]).length).toBeGreaterThan(30);
  expect(more).toEqual(one);
});

/** More than a unit holds, so that several threads have something to do. */
async function writeProject(): Promise<void> {
  for (let file = 0; file < 240; file++) {
    const kind = file % 4;
    const code = [
      "trace.getActiveSpan()?.setAttribute('http.response.status_code', '200');",
      'export const handle = (req: Request) => trace.getTracer("x").startSpan(`GET ${req.url}`).end();',
      '// spanline-disable-next-line pii-attribute -- gone\nexport const a = 1;',
      `import { settings } from './file${file - 1}';\nexport const other = settings;`,
    ][kind];
    await write(
      `src/file${file}.ts`,
      `import { trace } from '@opentelemetry/api';\nexport const settings = 1;\n${code}\n`,
    );
  }
}

async function textsBelow(path: string): Promise<string[]> {
  const files = (await readdir(path)).sort();
  return Promise.all(files.map((file) => readFile(join(path, file), 'utf8')));
}

test('what threads found is mended once, and looked at again', async () => {
  await writeProject();
  await cp(join(folder, 'src'), join(folder, 'copy'), { recursive: true });
  const one = await lint('src', '--fix', '--threads', '1');
  const more = await lint('copy', '--fix', '--threads', '3');
  expect(more.out.replaceAll('copy/', 'src/')).toEqual(one.out);
  expect(one.out).toMatch(/\n60 findings\.\n$/);
  const mended = await textsBelow(join(folder, 'src'));
  expect(await textsBelow(join(folder, 'copy'))).toEqual(mended);
  expect(mended.filter((text) => text.includes("status_code', 200)"))).toHaveLength(60);
  expect((await lint('src', '--fix', '--threads', '2')).out).toBe(one.out);
  expect(await textsBelow(join(folder, 'src'))).toEqual(mended);
});

test('a fault of the configuration that all threads meet is told once', async () => {
  await writeProject();
  await write('.spanlinerc.json', '{ "rulez": {} }');
  const { err } = await lint('src', '--threads', '3');
  expect(err.match(/there is no setting "rulez"/g)).toHaveLength(1);
  expect(await lint('src', '--threads', '1')).toEqual({ out: '', err });
});

test('a scan in the background takes what is open as it is, saved or not', async () => {
  for (let file = 0; file < 300; file++) await write(`src/plain${file}.ts`, 'export {};\n');
  await write('src/names.ts', "export type Name = 'create' | 'read';\n");
  await write(
    'src/uses.ts',
    "import { trace } from '@opentelemetry/api';\nimport type { Name } from './names';\nexport const run = (url: Name) => trace.getTracer('x').startSpan(url).end();\n",
  );
  const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;
  const server = await LanguageServer.start(join(built, 'analysis.mjs'), {
    workspaceFolders: [{ uri: uriOf('.'), name: 'it' }],
  });
  try {
    await server.open(uriOf('src/names.ts'), 'export type Name = string;\n');
    await server.notify(CHECK_WORKSPACE, undefined);
    await server.diagnosticsThat(uriOf('src/uses.ts'), ([first]) => first?.code === 'span-name-high-cardinality');
  } finally {
    await server.stop();
  }
});
