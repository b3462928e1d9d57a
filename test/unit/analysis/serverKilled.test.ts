import { mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EvidenceQuery, FileEvidence } from '../../../src/model/lineEvidence';
import { KeptTexts } from '../../../src/host/evidence/keptTexts';
import {
  CHECK_WORKSPACE,
  EVIDENCE,
  KEEP_RUN_TEXTS,
  KEPT_RUN_TEXTS,
  type KeptRunTexts,
} from '../../../src/protocol/analysis';
import { lineEvidence } from './evidence/lines';
import { buildServer, LanguageServer } from './languageServer';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const ORDER = `import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
export function order(mails: Mails) {
  return tracer.startActiveSpan('order', (span) => {
    tracer.startSpan('mail', {}, ROOT_CONTEXT).end();
    mails.send();
    span.end();
  });
}
`;
const CLOSED = `import { trace } from '@opentelemetry/api';
export const load = (req: Request) => trace.getTracer('shop').startSpan(\`GET \${req.url}\`).end();
`;
/** What the editor holds and nobody has saved: a wrapper of the settings, with a name that the disk does not know. */
const UNSAVED = 'export const price = (req: Request) => traced(`price of ${req.url}`, () => 1);\n';

/** Of 14 spans that became roots, on the line of the mail. */
const MAILS = lineEvidence({ line: 5, roots: 14, sample: { spans: 14, latestStart: Date.now() } });

let built: string;
let folder: string;

beforeAll(async () => {
  built = await buildServer();
  folder = await realpath(await mkdtemp(join(tmpdir(), 'spanline-killed-')));
  for (const [name, text] of Object.entries({ 'order.ts': ORDER, 'closed.ts': CLOSED, 'price.ts': 'export {};\n' })) {
    await writeFile(join(folder, name), text);
    // Written before the program ran.
    await utimes(join(folder, name), new Date(), new Date(Date.now() - 60_000));
  }
});
afterAll(async () => {
  await rm(dirname(built), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;

/** As an editor's client starts it and tells it what it holds, at first and after a crash alike. */
async function start(texts?: KeptTexts): Promise<LanguageServer> {
  const rules = { 'span-name-high-cardinality': 'error' };
  const all = { enabled: true, rules, wrappers: ['traced'], evidence: true, workspace: true };
  const server = await LanguageServer.start(built, {
    workspaceFolders: [{ uri: uriOf('.'), name: 'shop' }],
    initializationOptions: { evidence: true, runTexts: texts !== undefined, configuration: { all, folders: [] } },
  });
  server.listen(KEEP_RUN_TEXTS, (kept: KeptRunTexts) => texts?.keep(kept));
  server.handle(KEPT_RUN_TEXTS, (uri: string) => texts?.of(uri) ?? null);
  server.answer<EvidenceQuery, FileEvidence | null>(EVIDENCE, ({ paths }) =>
    Promise.resolve({ lines: paths.some((path) => path.endsWith('order.ts')) ? [MAILS] : [] }),
  );
  await server.open(uriOf('order.ts'), ORDER);
  await server.open(uriOf('price.ts'), UNSAVED);
  return server;
}

/** All that it shows once the run time has spoken of the open file, and the scan of the closed one. */
async function shown(server: LanguageServer): Promise<readonly Diagnostic[][]> {
  const proven = ([first]: Diagnostic[]) =>
    ((first?.message ?? '') as string).includes('14 of 14 executions became root spans');
  const any = (found: Diagnostic[]) => found.length > 0;
  return Promise.all([
    server.diagnosticsThat(uriOf('order.ts'), proven),
    server.diagnosticsThat(uriOf('price.ts'), any),
    server.diagnosticsThat(uriOf('closed.ts'), any),
  ]);
}

test('a server that is killed is followed by one that shows the same: open texts, settings, the run time and closed files', async () => {
  const first = await start();
  const before = await shown(first);
  expect(before.map(([{ severity }]) => severity)).toEqual([1, 1, 1]);
  await first.kill();
  const second = await start();
  try {
    expect(await shown(second)).toEqual(before);
  } finally {
    await second.stop();
  }
});

test('a server that is killed while it checks the workspace leaves nothing that keeps the next one from it', async () => {
  const first = await start();
  await first.notify(CHECK_WORKSPACE, undefined);
  await first.kill();
  const second = await start();
  try {
    await second.notify(CHECK_WORKSPACE, undefined);
    await shown(second);
  } finally {
    await second.stop();
  }
});

test('what ran is known after a save and a kill: the text that ran is handed to the server that follows', async () => {
  const texts = new KeptTexts();
  const first = await start(texts);
  const before = await shown(first);
  await vi.waitFor(() => expect(texts.of(uriOf('order.ts'))?.runs).toHaveLength(1), { timeout: 30_000 });
  // Written after the last span: from the disk nobody can tell any more what ran.
  await writeFile(join(folder, 'order.ts'), `${ORDER}// saved\n`);
  await utimes(join(folder, 'order.ts'), new Date(), new Date(MAILS.sample.latestStart + 1));
  await first.kill();
  const second = await start(texts);
  try {
    expect(await shown(second)).toEqual(before);
  } finally {
    await second.stop();
    await writeFile(join(folder, 'order.ts'), ORDER);
  }
});
