import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  type CodeAction,
  type Hover,
  type WorkDoneProgressBegin,
} from 'vscode-languageserver/node';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { CHECK_WORKSPACE } from '../../../src/protocol/analysis';
import { buildServer, LanguageServer } from './languageServer';

const BAD = `import { trace } from '@opentelemetry/api';
export function handle(req: Request) {
  return trace.getTracer('shop').startSpan(\`GET \${req.url}\`);
}
`;
const CAPABILITIES = {
  window: { workDoneProgress: true },
  workspace: { workspaceFolders: true },
  textDocument: { codeAction: { disabledSupport: true } },
};

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let built: string;
let folder: string;
let server: LanguageServer;

beforeAll(async () => {
  built = await buildServer();
}, 120_000);
afterAll(() => rm(dirname(built), { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanline-server-'));
  await write('package.json', '{ "dependencies": { "@opentelemetry/api": "1" } }');
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;
async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}
async function start(initialization: Record<string, unknown> = {}, ...folders: string[]): Promise<void> {
  const names = folders.length > 0 ? folders : ['.'];
  server = await LanguageServer.start(built, {
    capabilities: CAPABILITIES,
    workspaceFolders: names.map((name) => ({ uri: uriOf(name), name })),
    ...initialization,
  });
}
const changedOnDisk = (name: string) =>
  server.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(name), type: 2 }] });
const severityOf = (uri: string, expected: number | undefined) =>
  server.diagnosticsThat(uri, ([found]) => found?.severity === expected);

test("a project's configuration that changes while a file is open changes what is shown", async () => {
  await start();
  await write('main.ts', BAD);
  await server.open(uriOf('main.ts'), BAD);
  await severityOf(uriOf('main.ts'), 2);

  await write('.spanlinerc.json', '{ "rules": { "span-name-high-cardinality": "error" } }');
  await changedOnDisk('.spanlinerc.json');
  await severityOf(uriOf('main.ts'), 1);

  await rm(join(folder, '.spanlinerc.json'));
  await write('package.json', '{ "spanline": { "rules": { "span-name-high-cardinality": "off" } } }');
  await changedOnDisk('package.json');
  await severityOf(uriOf('main.ts'), undefined);
});

test('each folder of a workspace has its own levels', async () => {
  const settings = (level: string) => ({ enabled: true, rules: { 'span-name-high-cardinality': level }, wrappers: [] });
  const folders = [
    { uri: uriOf('a'), settings: settings('error') },
    { uri: uriOf('b'), settings: settings('hint') },
  ];
  await start({ initializationOptions: { configuration: { all: settings('warning'), folders } } }, 'a', 'b');
  for (const name of ['a/main.ts', 'b/main.ts', 'ab/main.ts']) await server.open(uriOf(name), BAD);
  await severityOf(uriOf('a/main.ts'), 1);
  await severityOf(uriOf('b/main.ts'), 4);
  await severityOf(uriOf('ab/main.ts'), 2);
});

/** Collects the progress that the server shows, and may cancel the first. */
function watchProgress(cancel = false): { kind: string; title?: string; message?: string }[] {
  const seen: { kind: string; title?: string; message?: string }[] = [];
  server.handle('window/workDoneProgress/create', () => null);
  server.listen('$/progress', ({ token, value }: { token: string; value: WorkDoneProgressBegin }) => {
    seen.push(value);
    if (cancel && value.kind === 'begin') void server.notify('window/workDoneProgress/cancel', { token });
  });
  return seen;
}

test('a workspace is checked with progress, and what changes on the disk is checked again', async () => {
  await write('src/bad.ts', BAD);
  await write('src/open.ts', BAD);
  await write('src/good.ts', 'export {};\n');
  await write('node_modules/lib/bad.ts', BAD);
  await write('test/bad.test.ts', BAD);
  await start();
  const progress = watchProgress();
  await server.open(uriOf('src/open.ts'), 'export {};\n');
  await server.notify(CHECK_WORKSPACE, undefined);
  await severityOf(uriOf('src/bad.ts'), 2);
  await vi.waitUntil(() => progress.some(({ kind }) => kind === 'end'), { timeout: 30_000 });
  expect(progress[0]).toMatchObject({ kind: 'begin', cancellable: true });
  expect(await server.diagnostics(uriOf('src/open.ts'))).toEqual([]);
  expect(server.shown().filter((uri) => !/src/.test(uri))).toEqual([]);

  await write('src/bad.ts', 'export {};\n');
  await changedOnDisk('src/bad.ts');
  await severityOf(uriOf('src/bad.ts'), undefined);
  await server.notify('textDocument/didClose', { textDocument: { uri: uriOf('src/open.ts') } });
  await severityOf(uriOf('src/open.ts'), 2);
});

test('checking a workspace ends when it is cancelled, and the server goes on', async () => {
  for (let index = 0; index < 300; index++) await write(`src/file${String(index).padStart(3, '0')}.ts`, BAD);
  await start();
  const progress = watchProgress(true);
  await server.notify(CHECK_WORKSPACE, undefined);
  await vi.waitUntil(() => progress.some(({ kind }) => kind === 'end'), { timeout: 30_000 });
  expect(server.shown().length).toBeLessThan(300);
  await server.open(uriOf('src/file000.ts'), BAD);
  await severityOf(uriOf('src/file000.ts'), 2);
});

test('a workspace is checked by itself where that is set', async () => {
  await write('src/bad.ts', BAD);
  const all = { enabled: true, rules: {}, wrappers: [], workspace: true };
  await start({ initializationOptions: { configuration: { all, folders: [] } } });
  watchProgress();
  await severityOf(uriOf('src/bad.ts'), 2);
  await server.notify('workspace/didChangeConfiguration', {
    settings: { all: { ...all, workspace: false }, folders: [] },
  });
  await severityOf(uriOf('src/bad.ts'), undefined);
});

test.each([0, 300])('a configuration that changes holds for closed files, too, beside %i others', async (others) => {
  for (let file = 0; file < others; file++) await write(`src/plain${file}.ts`, 'export {};\n');
  await write('src/bad.ts', BAD);
  const all = { enabled: true, rules: {}, wrappers: [], workspace: true };
  await start({ initializationOptions: { configuration: { all, folders: [] } } });
  watchProgress();
  await severityOf(uriOf('src/bad.ts'), 2);
  await write('.spanlinerc.json', '{ "rules": { "span-name-high-cardinality": "off" } }');
  await changedOnDisk('.spanlinerc.json');
  await severityOf(uriOf('src/bad.ts'), undefined);
  await write('.spanlinerc.json', '{}');
  await changedOnDisk('.spanlinerc.json');
  await severityOf(uriOf('src/bad.ts'), 2);
  await write('.spanlinerc.json', '{ "ignore": ["src/bad.ts"] }');
  await changedOnDisk('.spanlinerc.json');
  await severityOf(uriOf('src/bad.ts'), undefined);
});

test('a client that asks for diagnostics gets them, and hears when nothing changed', async () => {
  await start({ initializationOptions: { diagnostics: 'pull' } });
  server.handle('workspace/diagnostic/refresh', () => null);
  await server.open(uriOf('main.ts'), BAD);
  type Report = { kind: string; resultId: string; items: { code: string }[] };
  const ask = (previousResultId?: string) =>
    server.request<Report>('textDocument/diagnostic', { textDocument: { uri: uriOf('main.ts') }, previousResultId });
  const full = await ask();
  expect(full).toMatchObject({ kind: 'full', items: [{ code: 'span-name-high-cardinality' }] });
  expect(await ask(full.resultId)).toEqual({ kind: 'unchanged', resultId: full.resultId });
  expect(server.shown()).toEqual([]);
});

test('refactorings are offered for what is selected, or say why they cannot be', async () => {
  await start();
  const text = 'export function load(id: string) {\n  return id;\n}\nexport function* all() {\n  yield 1;\n}\n';
  await server.open(uriOf('main.ts'), text);
  const ask = (line: number) =>
    server.request<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: uriOf('main.ts') },
      range: { start: { line, character: 18 }, end: { line, character: 18 } },
      context: { diagnostics: [], only: ['refactor'], triggerKind: 1 },
    });
  const [load] = await ask(0);
  expect(load).toMatchObject({ title: 'Wrap load in a span', kind: 'refactor.rewrite.wrapInSpan' });
  expect(JSON.stringify(load.edit)).toContain('startActiveSpan');
  const [all] = await ask(3);
  expect(all.disabled?.reason).toMatch(/generator/i);
});

test('a finding and a comment that suppresses say what the rule is about', async () => {
  await start({ initializationOptions: { rulePages: 'file:///pages' } });
  const text = `${BAD}// spanline-disable-next-line pii-attribute -- ours\n`;
  await server.open(uriOf('main.ts'), text);
  const at = async (line: number, character: number) => {
    const hover = await server.request<Hover | null>('textDocument/hover', {
      textDocument: { uri: uriOf('main.ts') },
      position: { line, character },
    });
    return (hover?.contents as { value?: string } | undefined)?.value;
  };
  expect(await at(2, 52)).toContain('[span-name-high-cardinality](file:///pages/span-name-high-cardinality.md)');
  expect(await at(4, 10)).toContain('pii-attribute');
  expect(await at(1, 3)).toBeUndefined();
});

test('a request that is cancelled is over, and the next is answered', async () => {
  await start();
  await server.open(uriOf('main.ts'), BAD);
  const range = { start: { line: 2, character: 52 }, end: { line: 2, character: 52 } };
  const params = { textDocument: { uri: uriOf('main.ts') }, range, context: { diagnostics: [] } };
  const source = new CancellationTokenSource();
  const asked = server.request<CodeAction[]>('textDocument/codeAction', params, source.token);
  source.cancel();
  const outcome = await asked.catch((error: { code?: number }) => error.code);
  expect([[], -32800]).toContainEqual(outcome);
  expect((await server.request<CodeAction[]>('textDocument/codeAction', params)).length).toBeGreaterThan(0);
});
