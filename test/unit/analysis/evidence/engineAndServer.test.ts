import { mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../../../src/engine/engine';
import type { EvidenceQuery, FileEvidence } from '../../../../src/model/lineEvidence';
import { CHECK_WORKSPACE, EVIDENCE, EVIDENCE_CHANGED } from '../../../../src/protocol/analysis';
import { resourceSpans, runInfo, send, span, startTestEngine } from '../../engine/testEngine';
import { buildServer, LanguageServer } from '../languageServer';

const TEXT = `import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
export function order(mails: Mails) {
  return tracer.startActiveSpan('order', (span) => {
    const mail = tracer.startSpan('mail', {}, ROOT_CONTEXT);
    mail.end();
    mails.send();
    span.end();
  });
}
`;
const MAIL = 5;
const SENT = 7;

let built: string;
let server: LanguageServer;
let engine: Engine | undefined;

beforeAll(async () => {
  built = await buildServer();
  server = await LanguageServer.start(built, {
    initializationOptions: {
      evidence: true,
      configuration: { all: { enabled: true, rules: {}, wrappers: [], evidence: true }, folders: [] },
    },
  });
  // As the extension host does: it hands on what the engine says.
  server.answer<EvidenceQuery, FileEvidence | null>(EVIDENCE, async (query) => (await engine?.evidence(query)) ?? null);
}, 60_000);

afterAll(async () => {
  expect(server.logged).toEqual([]);
  expect(await server.stop()).toBe(0);
});

function attribute(key: string, value: string | number) {
  return { key, value: typeof value === 'string' ? { stringValue: value } : { intValue: value } };
}

/** A span that a line made just now, in a trace of its own. */
function made(path: string, line: number, name: string, ...attributes: object[]) {
  const now = BigInt(Date.now()) * 1_000_000n;
  return span(name, {
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + 1000n),
    attributes: [attribute('code.file.path', path), attribute('code.line.number', line), ...attributes],
  });
}

async function opened() {
  const redaction = { secrets: 'mask', personalData: 'warn', keys: [] } as const;
  const started = startTestEngine({ redaction });
  engine = started.engine;
  const { url } = await engine.openSession(runInfo('run-evidence'));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spanline-evidence-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'order.ts');
  writeFileSync(path, TEXT);
  // The clock of spans is coarser than that of files.
  utimesSync(path, new Date(), new Date(Date.now() - 60_000));
  const uri = pathToFileURL(path).href;
  await server.open(uri, TEXT);
  const take = async (...spans: object[]) => {
    expect(await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(...spans) })).toMatchObject({ status: 200 });
    await server.notify(EVIDENCE_CHANGED, {});
  };
  const shows = async (accept: (texts: string[]) => boolean): Promise<string[]> => {
    const textsOf = (all: { severity?: number; message: unknown; range: { start: { line: number } } }[]) =>
      all.map((each) => `${each.range.start.line + 1} ${each.severity} ${(each.message as string).split('\n').at(-1)}`);
    return textsOf(await server.diagnosticsThat(uri, (all) => accept(textsOf(all))));
  };
  return { uri, path, take, shows };
}

test('spans that come prove a finding, and tell of what its source does not; an edit takes that back', async () => {
  const { uri, path, take, shows } = await opened();
  expect(await shows((texts) => texts.length === 1)).toEqual([expect.stringMatching(`^${MAIL} 2 Pass`)]);

  const roots = Array.from({ length: 14 }, () => made(path, MAIL, 'mail'));
  await take(...roots, made(path, SENT, 'smtp', attribute('smtp.password', 'hunter2-and-more')));
  expect(await shows((texts) => texts.length === 2)).toEqual([
    `${MAIL} 1 At run time: 14 of 14 executions became root spans.`,
    `${SENT} 2 Leave it out where the span is made: the program's own exporter sends it as it is.`,
  ]);

  await server.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range: { start: { line: 4, character: 35 }, end: { line: 4, character: 39 } }, text: 'post' }],
  });
  expect(await shows((texts) => texts.length === 1)).toEqual([expect.stringMatching(`^${MAIL} 2 Pass`)]);
}, 90_000);

test('a finding whose fault does not show where the line runs counts for less', async () => {
  const { path, take, shows } = await opened();
  const below = { parentSpanId: 'f'.repeat(16) };
  await take(...Array.from({ length: 5 }, () => ({ ...made(path, MAIL, 'mail'), ...below })));
  expect(await shows((texts) => texts[0]?.includes('run time') ?? false)).toEqual([
    `${MAIL} 3 Not seen at run time: each of 5 executions has its parent or a link.`,
  ]);
}, 90_000);

test('what a scan found in a file that is not open is weighed, too, until the file is another', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spanline-evidence-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'order.ts');
  writeFileSync(path, TEXT);
  utimesSync(path, new Date(), new Date(Date.now() - 60_000));
  const started = startTestEngine();
  const scanning = await LanguageServer.start(built, {
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'shop' }],
    capabilities: { workspace: { workspaceFolders: true } },
    initializationOptions: {
      evidence: true,
      configuration: { all: { enabled: true, rules: {}, wrappers: [], evidence: true }, folders: [] },
    },
  });
  onTestFinished(async () => void (await scanning.stop()));
  scanning.answer<EvidenceQuery, FileEvidence | null>(EVIDENCE, async (query) => started.engine.evidence(query));
  const uri = pathToFileURL(path).href;
  const shows = (severity: number | undefined, text: string) =>
    scanning.diagnosticsThat(
      uri,
      ([first]) => first?.severity === severity && ((first?.message ?? '') as string).includes(text),
    );

  await scanning.notify(CHECK_WORKSPACE, undefined);
  await shows(2, 'Pass');
  const { url } = await started.engine.openSession(runInfo('run-closed'));
  const roots = Array.from({ length: 14 }, () => made(path, MAIL, 'mail'));
  expect(await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(...roots) })).toMatchObject({ status: 200 });
  await scanning.notify(EVIDENCE_CHANGED, {});
  await shows(1, '14 of 14 executions became root spans');

  writeFileSync(path, TEXT.replace(', {}, ROOT_CONTEXT);', ');'));
  await scanning.notify('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
  await shows(undefined, '');
}, 90_000);
