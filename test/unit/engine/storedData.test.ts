import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine';
import { pinnedRecords } from '../../../src/engine/pinnedRecords';
import { StoredFolders, type StoredOptions } from '../../../src/engine/storedData';
import { silentLog } from '../../../src/base/log';
import type { SpanId, TraceId } from '../../../src/model/ids';
import type { EngineOptions } from '../../../src/protocol/engine';
import { oracleDecode, oracleEncode } from '../otlp/otlpProto';
import { engineOptions, resourceSpans, runInfo, send, span, startTestEngine, temporaryFolder } from './testEngine';

const DAY_MS = 24 * 60 * 60 * 1000;
const NAME = 'spanline.spanline';

/** VS Code's folder with one folder a workspace, and in each one of ours. */
class Workspaces {
  readonly root = temporaryFolder();
  readonly shared = join(this.root, 'globalStorage', NAME);
  private readonly parent = join(this.root, 'workspaceStorage');

  constructor() {
    mkdirSync(this.parent);
    mkdirSync(this.shared, { recursive: true });
  }

  folder(id: string): string {
    return join(this.parent, id, NAME);
  }

  options(id: string, options: Partial<EngineOptions> = {}): EngineOptions & StoredOptions {
    return {
      ...engineOptions(this.folder(id)),
      maxJournalBytes: 64 * 2 ** 20,
      otherStorages: { parent: this.parent, name: NAME },
      windows: { sharedDir: this.shared, name: id },
      ...options,
    };
  }

  stored(id: string, options: Partial<StoredOptions> = {}): StoredFolders {
    const stored = new StoredFolders({ ...this.options(id), ...options }, silentLog);
    stored.dispose();
    return stored;
  }
}

async function sendTraces(engine: Engine, ...spans: object[]): Promise<void> {
  const { url } = await engine.openSession(runInfo('run-1'));
  for (const one of spans) await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(one) });
}

/** An engine that receives spans of these names and ends; gives the ids of the pinned traces. */
async function leave(
  options: EngineOptions,
  names: readonly string[],
  pinned: readonly string[] = [],
): Promise<TraceId[]> {
  const { engine } = startTestEngine(options);
  const spans = names.map((name) => span(name));
  await sendTraces(engine, ...spans);
  const ids = spans.filter(({ name }) => pinned.includes(name)).map(({ traceId }) => traceId as TraceId);
  for (const id of ids) await engine.pin(id, true);
  await engine.shutdown();
  return ids;
}

function pinsOnDisk(storageDir: string): string[] {
  const path = join(storageDir, 'journal', '1', 'pins');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').sort() : [];
}

/** As if nothing had happened to the journal for so long. */
function makeOlder(storageDir: string, days: number): void {
  const then = new Date(Date.now() - days * DAY_MS);
  for (const of of ['journal/1', 'spool']) {
    const folder = join(storageDir, of);
    for (const path of [...readdirSync(folder).map((name) => join(folder, name)), folder]) utimesSync(path, then, then);
  }
}

async function namesIn(options: EngineOptions): Promise<string[]> {
  const { engine } = startTestEngine(options);
  await expect.poll(async () => (await engine.status()).restoring).toBeUndefined();
  const names = (await engine.traces({ limit: 10 })).map(({ rootName }) => rootName);
  await engine.shutdown();
  return names.sort();
}

describe('a journal that is too old', () => {
  it('is not read again, but for pinned traces', async () => {
    const workspaces = new Workspaces();
    await leave(workspaces.options('a'), ['one', 'two', 'three'], ['two']);
    makeOlder(workspaces.folder('a'), 31);
    expect(await namesIn(workspaces.options('a', { maxJournalAgeMs: 30 * DAY_MS }))).toEqual(['two']);
    expect(await namesIn(workspaces.options('a'))).toEqual(['two']);
  });

  it('is kept to the day, and for ever where no limit is set', async () => {
    const workspaces = new Workspaces();
    await leave(workspaces.options('a'), ['one']);
    makeOlder(workspaces.folder('a'), 29);
    expect(await namesIn(workspaces.options('a', { maxJournalAgeMs: 30 * DAY_MS }))).toEqual(['one']);
    makeOlder(workspaces.folder('a'), 4000);
    expect(await namesIn(workspaces.options('a'))).toEqual(['one']);
  });

  it('of a workspace that nobody opens goes as well, which is told once; what is pinned there stays', async () => {
    const workspaces = new Workspaces();
    await leave(workspaces.options('old'), ['one']);
    await leave(workspaces.options('pinned'), ['two', 'three'], ['three']);
    await leave(workspaces.options('young'), ['four']);
    for (const id of ['old', 'pinned']) makeOlder(workspaces.folder(id), 31);
    const logged: string[] = [];
    const log = { ...silentLog, info: (line: string) => void logged.push(line) };
    const stored = new StoredFolders(workspaces.options('here', { maxJournalAgeMs: 30 * DAY_MS }), log);
    await stored.deleteOld();
    await stored.deleteOld();
    stored.dispose();
    expect(logged).toEqual([expect.stringMatching(/^Deleted \d+ bytes in the journals of 2 workspaces .*maxAgeDays/)]);
    expect(existsSync(workspaces.folder('old'))).toBe(false);
    expect(await namesIn(workspaces.options('pinned'))).toEqual(['three']);
    expect(await namesIn(workspaces.options('young'))).toEqual(['four']);
  });

  it('is left alone as long as a window holds it', async () => {
    const workspaces = new Workspaces();
    const { engine } = startTestEngine(workspaces.options('open'));
    await sendTraces(engine, span('one'));
    makeOlder(workspaces.folder('open'), 31);
    await workspaces.stored('here', { maxJournalAgeMs: 30 * DAY_MS }).deleteOld();
    await engine.shutdown();
    expect(await namesIn(workspaces.options('open'))).toEqual(['one']);
  });
});

describe('pinned traces', () => {
  it('of the engine before are all on disk as the window pins them again one by one, and may be unpinned', async () => {
    const workspaces = new Workspaces();
    const pinned = await leave(workspaces.options('a'), ['one', 'two', 'three'], ['one', 'two']);
    const { engine } = startTestEngine(workspaces.options('a'));
    await engine.pin(pinned[0], true);
    expect(pinsOnDisk(workspaces.folder('a'))).toEqual([...pinned].sort());
    await engine.pin(pinned[1], false);
    expect(pinsOnDisk(workspaces.folder('a'))).toEqual([pinned[0]]);
    await engine.shutdown();
  });

  it('are pinned again before a window says so, though the journal begins with what was cleared', async () => {
    const workspaces = new Workspaces();
    const first = startTestEngine(workspaces.options('a')).engine;
    await sendTraces(first, span('zero'));
    await first.clear();
    await first.shutdown();
    await leave(workspaces.options('a'), ['one', 'two'], ['one']);
    const { engine } = startTestEngine(workspaces.options('a'));
    await expect.poll(async () => (await engine.status()).restoring).toBeUndefined();
    const traces = await engine.traces({ limit: 10 });
    expect(traces.map(({ rootName, pinned }) => [rootName, pinned]).sort()).toEqual([
      ['one', true],
      ['two', false],
    ]);
    await engine.shutdown();
  });

  it('go with all that is cleared', async () => {
    const workspaces = new Workspaces();
    await leave(workspaces.options('a'), ['one', 'two'], ['one']);
    const { engine } = startTestEngine(workspaces.options('a'));
    await engine.clear();
    await engine.shutdown();
    expect(pinsOnDisk(workspaces.folder('a'))).toEqual([]);
  });

  it('outlive the journal’s limit, whole and with their log records, and nothing else of that age does', async () => {
    const workspaces = new Workspaces();
    const options = workspaces.options('a', { maxJournalBytes: 256 * 1024 });
    const { engine } = startTestEngine(options);
    const { url } = await engine.openSession(runInfo('run-1'));
    const [old, kept] = [span('old'), span('kept', { attributes: [{ key: 'a', value: { stringValue: 'b' } }] })];
    const { traceId, spanId } = kept;
    await sendTraces(engine, old, kept, span('child', { traceId, parentSpanId: spanId }));
    const record = { traceId, spanId, timeUnixNano: '5', severityNumber: 9, body: { stringValue: 'hello' } };
    await send(`${url}/v1/logs`, { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    await engine.pin(traceId as TraceId, true);
    const seen = async (from: Engine) => [
      await from.span(traceId as TraceId, spanId as SpanId),
      await from.logs(traceId as TraceId, undefined, 10),
      (await from.traces({ limit: 10_000 })).find((each) => each.traceId === traceId),
    ];
    const before = await seen(engine);
    for (let i = 0; i < 20; i++)
      await sendTraces(
        engine,
        ...Array.from({ length: 100 }, () => span('filler', { traceState: `a=${'x'.repeat(50)}` })),
      );
    expect((await engine.status()).journalBytes).toBeLessThanOrEqual(256 * 1024);
    await engine.shutdown();
    const next = startTestEngine(options).engine;
    await expect.poll(async () => (await next.status()).restoring).toBeUndefined();
    expect(await seen(next)).toEqual(before);
    expect(await next.trace(old.traceId as TraceId)).toBeUndefined();
    await next.shutdown();
  });
});

describe('what is stored', () => {
  it('is measured for this workspace and for the others, which are deleted but for open ones', async () => {
    const workspaces = new Workspaces();
    for (const id of ['a', 'b']) await leave(workspaces.options(id), ['one']);
    await leave({ ...workspaces.options('none'), storageDir: workspaces.shared }, ['without a workspace']);
    mkdirSync(join(workspaces.shared, 'preload'));
    writeFileSync(join(workspaces.shared, 'preload', 'preload.cjs'), 'x'.repeat(1000));
    const { engine: open } = startTestEngine(workspaces.options('open'));
    await sendTraces(open, span('two'));
    const { engine } = startTestEngine(workspaces.options('here'));
    await sendTraces(engine, span('three'));

    const before = await engine.storedData();
    expect(before).toMatchObject({ others: { folders: 4, inUse: 1 }, code: 1000 });
    expect(before.own).toBeGreaterThan(100);
    expect(await engine.deleteOtherData()).toBeGreaterThan(300);
    const after = await engine.storedData();
    expect(after).toMatchObject({ own: before.own, others: { folders: 1, inUse: 1 }, code: 1000 });
    const journals = ['a', 'b', 'open'].map((id) => existsSync(join(workspaces.folder(id), 'journal')));
    expect(journals).toEqual([false, false, true]);
    expect(readFileSync(join(workspaces.shared, 'preload', 'preload.cjs'))).toHaveLength(1000);
  });

  it('of others is not touched where it has another name', async () => {
    const workspaces = new Workspaces();
    const foreign = join(workspaces.folder('a'), '..', 'somebody.else', 'journal', '1');
    mkdirSync(foreign, { recursive: true });
    await workspaces.stored('here').deleteOthers();
    expect(statSync(foreign).isDirectory()).toBe(true);
  });
});

describe('of a request', () => {
  const bytes = (digit: string, length: number) => Buffer.from(digit.repeat(length * 2), 'hex');
  const plain = (trace: string, name: string) => ({ traceId: bytes(trace, 16), spanId: bytes(trace, 8), name });
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  const request = oracleEncode('ExportTraceServiceRequest', {
    resourceSpans: [
      { resource, scopeSpans: [{ scope: { name: 'a' }, spans: [plain('1', 'one'), plain('2', 'two')] }] },
      { resource, scopeSpans: [{ scope: { name: 'b' }, spans: [plain('2', 'three')] }] },
    ],
  });

  it('only what belongs to the traces is taken, with its resource and scope', () => {
    const taken = pinnedRecords('traces', request, new Set(['1'.repeat(32)]));
    expect(oracleDecode('ExportTraceServiceRequest', taken!)).toEqual(
      oracleDecode(
        'ExportTraceServiceRequest',
        oracleEncode('ExportTraceServiceRequest', {
          resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'a' }, spans: [plain('1', 'one')] }] }],
        }),
      ),
    );
    const both = pinnedRecords('traces', request, new Set(['1'.repeat(32), '2'.repeat(32)]));
    expect(both).toEqual(new Uint8Array(request));
  });

  it('log records go with their trace; metrics, and requests without any of it, go', () => {
    const logRecords = [
      { traceId: bytes('1', 16), body: { stringValue: 'hello' } },
      { body: { stringValue: 'other' } },
    ];
    const logs = oracleEncode('ExportLogsServiceRequest', {
      resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }],
    });
    const ids = new Set(['1'.repeat(32)]);
    const taken = Buffer.from(pinnedRecords('logs', logs, ids)!).toString('latin1');
    expect([taken.includes('hello'), taken.includes('other'), taken.includes('shop')]).toEqual([true, false, true]);
    expect(pinnedRecords('traces', request, new Set(['f'.repeat(32)]))).toBeUndefined();
    expect(pinnedRecords('metrics', request, ids)).toBeUndefined();
  });
});
