import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine';
import type { TraceId } from '../../../src/model/ids';
import type { EngineOptions } from '../../../src/protocol/engine';
import { engineOptions, resourceSpans, runInfo, send, span, startTestEngine, temporaryFolder } from './testEngine';

const MIB = 1024 * 1024;
const FILE = '/shop/orders.js';

function journaling(storageDir: string): EngineOptions {
  return { ...engineOptions(storageDir), maxJournalBytes: 64 * MIB };
}

function located(name: string, line: number, ms: number) {
  const attributes = [
    { key: 'code.file.path', value: { stringValue: FILE } },
    { key: 'code.line.number', value: { intValue: String(line) } },
  ];
  return span(name, { attributes, endTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(ms) * 1_000_000n) });
}

async function sendSpans(url: string, ...spans: object[]) {
  return send(`${url}/v1/traces`, { resourceSpans: resourceSpans(...spans) });
}

async function restored(engine: Engine): Promise<void> {
  await expect.poll(async () => (await engine.status()).restoring).toBeUndefined();
}

/** What users see of an engine, without the number of changes that led to it. */
async function seen(engine: Engine) {
  const traces = await engine.traces({ limit: 1000 });
  const { lines } = await engine.fileStats(FILE);
  return { traces, lines };
}

describe('an engine that was killed', () => {
  it('is followed by one that shows the same traces, runs and line statistics', async () => {
    const storageDir = temporaryFolder();
    const { engine } = startTestEngine(journaling(storageDir));
    const first = await engine.openSession(runInfo('run-1'));
    for (let i = 0; i < 30; i++) await sendSpans(first.url, located('read', 3, 10 + i), located('write', 5, 20));
    const second = await engine.openSession(runInfo('run-2'));
    for (let i = 0; i < 20; i++) await sendSpans(second.url, located('read', 3, 100 + i));
    const before = await seen(engine);
    expect(before.traces).toHaveLength(80);
    expect(before.lines.find(({ line }) => line === 3)?.previous?.count).toBe(30);

    // Not shut down: what is on disk now is all that the next one gets.
    const after = startTestEngine(journaling(copyOf(storageDir)));
    await restored(after.engine);
    expect(await seen(after.engine)).toEqual(before);
    expect(after.logged.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
  });

  it('is followed by one in which the next run is compared with the last one before', async () => {
    const storageDir = temporaryFolder();
    const { engine } = startTestEngine(journaling(storageDir));
    await sendSpans((await engine.openSession(runInfo('run-1'))).url, located('read', 3, 10));
    await engine.shutdown();
    const next = startTestEngine(journaling(storageDir)).engine;
    await restored(next);
    await sendSpans((await next.openSession(runInfo('run-2'))).url, located('read', 3, 48));
    const [line] = (await next.fileStats(FILE)).lines;
    expect([line.run, line.p50 > 40e6, line.previous?.count]).toEqual(['run-2', true, 1]);
  });

  it('has kept log records and metrics too', async () => {
    const storageDir = temporaryFolder();
    const { engine } = startTestEngine(journaling(storageDir));
    const { url } = await engine.openSession(runInfo('run-1'));
    const { traceId, spanId } = span('x');
    const record = { traceId, spanId, timeUnixNano: '5', severityNumber: 9, body: { stringValue: 'hello' } };
    await send(`${url}/v1/logs`, { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    const before = await engine.logs(traceId as TraceId, undefined, 10);
    expect(before).toHaveLength(1);
    await engine.shutdown();
    const next = startTestEngine(journaling(storageDir)).engine;
    await restored(next);
    expect(await next.logs(traceId as TraceId, undefined, 10)).toEqual(before);
  });

  it('knows a span that is sent again, and writes nothing of it twice', async () => {
    const storageDir = temporaryFolder();
    const one = located('read', 3, 10);
    const { engine } = startTestEngine(journaling(storageDir));
    await sendSpans((await engine.openSession(runInfo('run-1'))).url, one);
    await engine.shutdown();
    const written = journalContent(storageDir);
    const next = startTestEngine(journaling(storageDir)).engine;
    await restored(next);
    expect(journalContent(storageDir)).toEqual(written);
    const { url } = await next.openSession(runInfo('run-1'));
    expect((await sendSpans(url, one)).status).toBe(200);
    expect((await next.status()).spans).toBe(1);
    expect((await next.fileStats(FILE)).lines[0].count).toBe(1);
  });
});

describe('while the journal is being read', () => {
  async function largeJournal() {
    const storageDir = temporaryFolder();
    const { engine } = startTestEngine(journaling(storageDir));
    const { url } = await engine.openSession(runInfo('run-1'));
    for (let i = 0; i < 40; i++)
      await sendSpans(url, ...Array.from({ length: 500 }, (_, j) => located(`read ${i}`, j, 10)));
    await engine.shutdown();
    return storageDir;
  }

  it('requests are answered exactly, and come behind what is read', async () => {
    const storageDir = await largeJournal();
    const { engine } = startTestEngine(journaling(storageDir));
    const { url } = await engine.openSession(runInfo('run-2'));
    expect((await engine.status()).restoring).toBe(true);
    const bad = span('odd', { spanId: 'xyz' });
    const answers = await Promise.all([
      sendSpans(url, located('new', 3, 48), bad),
      send(`${url}/v1/traces`, '{"resourceSpans": 5'),
    ]);
    expect(answers[0].body).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
    expect(answers[1].status).toBe(400);
    expect((await engine.status()).restoring).toBe(true);
    await restored(engine);
    const { spans, rejectedSpans } = await engine.status();
    expect([spans, rejectedSpans]).toEqual([20_001, 1]);
    expect((await engine.traces({ limit: 1 }))[0].rootName).toBe('new');
    const line = (await engine.fileStats(FILE)).lines.find((each) => each.line === 3)!;
    expect([line.run, line.count, line.previous?.count]).toEqual(['run-2', 1, 40]);
    await engine.shutdown();
    const next = startTestEngine(journaling(storageDir)).engine;
    await restored(next);
    expect((await next.status()).spans).toBe(20_001);
  });

  it('what must not be kept is masked before it is written, then as ever', async () => {
    const storageDir = await largeJournal();
    const settings: EngineOptions = {
      ...journaling(storageDir),
      redaction: { secrets: 'mask', personalData: 'warn', keys: [] },
    };
    const { engine } = startTestEngine(settings);
    const { url } = await engine.openSession(runInfo('run-2'));
    const secret = (value: string) =>
      span('login', { attributes: [{ key: 'password', value: { stringValue: value } }] });
    expect((await engine.status()).restoring).toBe(true);
    await sendSpans(url, secret('hunter2-meanwhile'));
    await restored(engine);
    await sendSpans(url, secret('hunter2-afterwards'));
    expect((await engine.status()).spans).toBe(20_002);
    const written = journalContent(storageDir).toString('latin1');
    expect(written.match(/hunter2|password/g)).toEqual(['password', 'password']);
  });

  it('"Clear" drops what is still to be read', async () => {
    const storageDir = await largeJournal();
    const { engine } = startTestEngine(journaling(storageDir));
    expect((await engine.status()).restoring).toBe(true);
    await engine.clear();
    await restored(engine);
    await sendSpans((await engine.openSession(runInfo('run-2'))).url, located('new', 3, 48));
    expect((await engine.status()).spans).toBe(1);
    await engine.shutdown();
    const next = startTestEngine(journaling(storageDir)).engine;
    await restored(next);
    expect((await next.traces({ limit: 10 })).map(({ rootName }) => rootName)).toEqual(['new']);
  });

  it('an engine may end, and the one after it brings everything back', async () => {
    const storageDir = await largeJournal();
    const { engine } = startTestEngine(journaling(storageDir));
    const { url } = await engine.openSession(runInfo('run-2'));
    await sendSpans(url, located('new', 3, 48));
    await engine.shutdown();
    const next = startTestEngine(journaling(storageDir)).engine;
    await restored(next);
    expect((await next.status()).spans).toBe(20_001);
  });
});

describe('the journal’s setting', () => {
  const folderOf = (storageDir: string) => join(storageDir, 'journal', '1');

  it('turned off deletes the journal; turned on, it begins with what comes then', async () => {
    const storageDir = temporaryFolder();
    const { engine } = startTestEngine(journaling(storageDir));
    const { url } = await engine.openSession(runInfo('run-1'));
    await sendSpans(url, span('before'));
    await engine.configure({ ...journaling(storageDir), maxJournalBytes: 0 });
    expect(existsSync(folderOf(storageDir))).toBe(false);
    await sendSpans(url, span('unwritten'));
    expect(existsSync(folderOf(storageDir))).toBe(false);
    await engine.configure(journaling(storageDir));
    await sendSpans(url, span('after'));
    expect((await engine.status()).spans).toBe(3);
    await engine.shutdown();
    const next = startTestEngine(journaling(storageDir)).engine;
    await restored(next);
    expect((await next.traces({ limit: 10 })).map(({ rootName }) => rootName)).toEqual(['after']);
  });

  it('turned off before the start leaves nothing of a journal on disk', async () => {
    const storageDir = temporaryFolder();
    const { engine } = startTestEngine(journaling(storageDir));
    await sendSpans((await engine.openSession(runInfo('run-1'))).url, span('before'));
    await engine.shutdown();
    const next = startTestEngine(engineOptions(storageDir)).engine;
    await expect.poll(() => existsSync(folderOf(storageDir))).toBe(false);
    expect((await next.status()).spans).toBe(0);
  });
});

describe('a journal that cannot be written', () => {
  it('is a problem that the user is told, and nothing else', async () => {
    const storageDir = join(temporaryFolder(), 'taken');
    writeFileSync(storageDir, 'a file where the folder should be');
    const { engine } = startTestEngine(journaling(storageDir));
    const { url } = await engine.openSession(runInfo('run-1'));
    expect(await sendSpans(url, span('a'))).toEqual({ status: 200, body: {} });
    const { spans, problems } = await engine.status();
    expect(spans).toBe(1);
    expect(problems).toEqual([
      expect.stringMatching(/^The journal cannot be written .*spanline\.journal\.enabled.* It lies in .*journal/),
    ]);
    rmSync(storageDir);
  });
});

function journalContent(storageDir: string): Buffer {
  const folder = join(storageDir, 'journal', '1');
  const names = readdirSync(folder).filter((name) => name.endsWith('.spj'));
  return Buffer.concat(names.map((name) => readFileSync(join(folder, name))));
}

/** As the disk is at this moment, but for the lock: its owner lives on in this test. */
function copyOf(storageDir: string): string {
  const copy = temporaryFolder();
  cpSync(storageDir, copy, { recursive: true });
  rmSync(join(copy, 'journal', '1', 'lock'));
  return copy;
}
