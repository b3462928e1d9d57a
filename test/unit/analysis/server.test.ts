import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildServer, LanguageServer } from './languageServer';

const RULE_PAGES = 'file:///extension/media/rules';
const URI = 'file:///projects/shop/src/handler.ts';
const BAD = `import { trace } from '@opentelemetry/api';
export function handle(req: Request) {
  return trace.getTracer('shop').startSpan(\`GET \${req.url}\`);
}
`;

let server: LanguageServer;

beforeAll(async () => {
  server = await LanguageServer.start(await buildServer(), {
    workspaceFolders: [{ uri: 'file:///projects/shop', name: 'shop' }],
    initializationOptions: { rulePages: RULE_PAGES },
  });
}, 60_000);

afterAll(async () => {
  expect(server.logged).toEqual([]);
  expect(await server.stop()).toBe(0);
});

test('an opened file gets its findings, each linked to its rule', async () => {
  await server.open(URI, BAD);
  const [found, ...others] = await server.diagnostics(URI);
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    code: 'span-name-high-cardinality',
    source: 'spanline',
    severity: 2,
    codeDescription: { href: `${RULE_PAGES}/span-name-high-cardinality.md` },
    range: { start: { line: 2, character: 50 }, end: { line: 2, character: 57 } },
  });
  // What is wrong on one line, the remedy on the next: the editor shows messages in a strip that does not wrap.
  expect((found.message as string).split('\n').map((line) => line.split(' ')[0])).toEqual(['The', 'Name']);
});

test('the light bulb offers the fix first, then to allow it and to explain it', async () => {
  const [found] = await server.diagnostics(URI);
  const actions = await server.codeActions(URI, found);
  expect(actions.map(({ title }) => title)).toEqual([
    "Name the span 'GET' and set url.full as an attribute",
    'Allow span-name-high-cardinality on this line',
    'Explain span-name-high-cardinality',
  ]);
});

test('a document whose actions are asked for before it was looked at gets its findings all the same', async () => {
  const uri = 'file:///projects/shop/src/asked-early.ts';
  const somewhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const opened = server.open(uri, BAD);
  const asked = server.codeActions(uri, { range: somewhere, message: '' });
  await Promise.all([opened, asked]);
  expect((await server.diagnostics(uri)).map(({ code }) => code)).toEqual(['span-name-high-cardinality']);
});

test('an incremental change that mends the fault takes the finding away', async () => {
  await server.notify('textDocument/didChange', {
    textDocument: { uri: URI, version: 2 },
    contentChanges: [{ range: { start: { line: 2, character: 43 }, end: { line: 2, character: 59 } }, text: "'GET'" }],
  });
  expect(await server.diagnostics(URI, 2)).toEqual([]);
});

test('a rule whose level is off is silent, and another level shows at once', async () => {
  const uri = 'file:///projects/shop/src/other.ts';
  await server.open(uri, BAD);
  expect(await server.diagnostics(uri)).toHaveLength(1);
  const configure = (level: string) =>
    server.notify('workspace/didChangeConfiguration', {
      settings: { all: { enabled: true, rules: { 'span-name-high-cardinality': level }, wrappers: [] }, folders: [] },
    });
  const levels: (number | undefined)[] = [];
  for (const [version, level] of ['off', 'error', 'default'].entries()) {
    await configure(level);
    await server.notify('textDocument/didChange', {
      textDocument: { uri, version: version + 2 },
      contentChanges: [{ text: BAD }],
    });
    levels.push((await server.diagnostics(uri, version + 2))[0]?.severity);
  }
  expect(levels).toEqual([undefined, 1, 2]);
});

test('an unsaved document is analysed as what its language says', async () => {
  const uri = 'untitled:Untitled-1';
  await server.open(uri, BAD, 'typescript');
  expect(await server.diagnostics(uri)).toHaveLength(1);
});

test('test files are left out', async () => {
  const uri = 'file:///projects/shop/test/handler.test.ts';
  await server.open(uri, BAD);
  expect(await server.diagnostics(uri)).toEqual([]);
});

test('types take back what syntax alone would ask about', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spanline-typed-'));
  await writeFile(join(folder, 'steps.ts'), "export type Step = 'one' | 'two';\nexport type Any = string;\n");
  const text = `import { trace } from '@opentelemetry/api';
import { next, type Any, type Step } from './steps';
export function run(list: readonly Step[], others: readonly Any[]) {
  for (const thing of list) trace.getTracer('x').startSpan(\`run \${thing}\`).end();
  for (const other of others) trace.getTracer('x').startSpan(\`run \${other}\`).end();
}
`;
  const uri = pathToFileURL(join(folder, 'run.ts')).href;
  await server.open(uri, text);
  const found = await server.diagnosticsThat(uri, (each) => each.length > 0);
  expect(found.map(({ range, severity }) => [range.start.line, severity])).toEqual([[4, 4]]);
});
