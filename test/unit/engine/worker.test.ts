import { createBirpc, type BirpcReturn } from 'birpc';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { EngineApi, EngineEvents, EngineOptions, EngineStatus, StoreChange } from '../../../src/protocol/engine';
import { PRELOAD_ROUTE, RUN_HEADER } from '../../../src/protocol/preload';
import { bundled } from '../../support/bundled';
import { engineOptions, preloadBatch, resourceSpans, runInfo, send, span, temporaryFolder } from './testEngine';
import { UNHEARD } from '../../support/engineEvents';

let bundle: string;

beforeAll(() => {
  bundle = bundled('src/engine/main.ts');
});

interface Started {
  readonly api: BirpcReturn<EngineApi, EngineEvents>;
  readonly changes: StoreChange[];
  readonly statuses: EngineStatus[];
  readonly logged: string[];
}

/** The engine as the extension runs it. */
function startWorker(options: Partial<EngineOptions> = {}): Started {
  const worker = new Worker(bundle, { workerData: { ...engineOptions(temporaryFolder()), ...options } });
  onTestFinished(async () => void (await worker.terminate()));
  const started = { changes: [] as StoreChange[], statuses: [] as EngineStatus[], logged: [] as string[] };
  const api = createBirpc<EngineApi, EngineEvents>(
    {
      ...UNHEARD,
      changed: (change) => void started.changes.push(change),
      status: (status) => void started.statuses.push(status),
      log: (level, message) => void started.logged.push(`${level}: ${message}`),
    },
    { post: (message) => worker.postMessage(message), on: (listener) => worker.on('message', listener) },
  );
  return { api, ...started };
}

describe('the engine in its worker', () => {
  it('comes up where nothing can be written, and says so', async () => {
    const file = join(temporaryFolder(), 'a file');
    writeFileSync(file, '');
    const { api, logged } = startWorker({ storageDir: join(file, 'storage'), maxJournalBytes: 64 * 1024 * 1024 });
    const { url } = await api.openSession(runInfo('run-1'));
    expect((await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('kept')) })).status).toBe(200);
    expect(await api.traces({ limit: 10 })).toMatchObject([{ rootName: 'kept' }]);
    expect((await api.status()).problems.join()).toMatch(/journal/i);
    expect(logged.join()).toMatch(/journal/i);
  });

  it('receives, stores, answers and tells', async () => {
    const { api, changes, statuses } = startWorker();
    const { url } = await api.openSession(runInfo('run-1'));
    const one = span('traced', { spanlineSite: 0, kind: 2 });
    const batch = preloadBatch([one, span('child', { traceId: one.traceId, parentSpanId: one.spanId })], {
      sites: [[['/nowhere/app.js', 3, 1, 'f']]],
    });
    expect(await send(url + PRELOAD_ROUTE, batch, { [RUN_HEADER]: 'run-1' })).toEqual({ status: 200, body: {} });
    await expect.poll(() => changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ spans: 2, files: ['/nowhere/app.js'], latestTrace: one.traceId });
    expect(await api.traces({ limit: 10 })).toMatchObject([{ rootName: 'traced', rootService: 'shop', spans: 2 }]);
    const columns = await api.trace(one.traceId as never);
    expect(columns).toMatchObject({ count: 2, names: expect.arrayContaining(['traced', 'child']) });
    expect(columns?.start).toBeInstanceOf(Float64Array);
    expect(columns?.spanIds).toHaveLength(16);
    expect(await api.span(one.traceId as never, one.spanId as never)).toMatchObject({
      kind: 'server',
      run: 'run-1',
      location: { path: '/nowhere/app.js', line: 3 },
    });
    expect(await api.trace('0'.repeat(32) as never)).toBeUndefined();
    await expect.poll(() => statuses.at(-1)).toMatchObject({ spans: 2, problems: [] });
  });

  it('takes logs and metrics, for which it loads what it did not need before', async () => {
    const { api } = startWorker();
    const { url } = await api.openSession(runInfo('run-1'));
    const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'hello' } }] }] }] };
    expect(await send(`${url}/v1/logs`, request)).toEqual({ status: 200, body: {} });
  });

  it('says over the port what it has to say', async () => {
    const { api, logged } = startWorker();
    const { url } = await api.openSession(runInfo('run-1'));
    await send(`${url}/v1/traces`, '{');
    await expect
      .poll(() => logged)
      .toContainEqual(expect.stringMatching(/^warn: Refused POST \/v1\/traces with 400: The body is not JSON/));
  });

  it('does without a spool where none can be made, and says so', async () => {
    const { api, logged } = startWorker({ storageDir: bundle });
    const { url } = await api.openSession(runInfo('run-1'));
    expect(await send(`${url}/v1/traces`, {})).toMatchObject({ status: 200 });
    expect(logged).toContainEqual(expect.stringMatching(/^warn: What programs have to say at their very end is lost/));
    await api.closeSession(runInfo('run-1').run);
  });

  it('closes everything at shutdown', async () => {
    const { api } = startWorker();
    const { url } = await api.openSession(runInfo('run-1'));
    await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('x')) });
    await api.shutdown();
    await expect(send(`${url}/v1/traces`, {})).rejects.toThrow();
  });
});
