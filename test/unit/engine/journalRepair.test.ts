import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine';
import type { SpanId, TraceId } from '../../../src/model/ids';
import type { EngineOptions } from '../../../src/protocol/engine';
import { canMount } from '../journal/support';
import { engineOptions, resourceSpans, runInfo, send, span, startTestEngine, temporaryFolder } from './testEngine';

const FILE = '/shop/orders.js';
const WAIT = { timeout: 30_000 };

function journaling(storageDir: string): EngineOptions {
  return {
    ...engineOptions(storageDir),
    maxJournalBytes: 64 * 2 ** 20,
    redaction: { secrets: 'mask', personalData: 'warn', keys: [] },
  };
}

type Sent = ReturnType<typeof span>;

function rich(name: string, line: number): Sent {
  const attribute = (key: string, value: object) => ({ key, value });
  return span(name, {
    kind: 2,
    traceState: 'a=b',
    flags: 0x301,
    status: { code: 2, message: 'no such order' },
    droppedAttributesCount: 2,
    attributes: [
      attribute('code.file.path', { stringValue: FILE }),
      attribute('code.line.number', { intValue: String(line) }),
      attribute('password', { stringValue: 'hunter2-of-the-user' }),
      attribute('cart', { arrayValue: { values: [{ intValue: '1' }, { doubleValue: 0.5 }, { boolValue: true }] } }),
    ],
    events: [{ timeUnixNano: '1700000000001000001', name: 'retry', attributes: [attribute('n', { intValue: '2' })] }],
    links: [{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), attributes: [attribute('of', { stringValue: 'x' })] }],
  });
}

async function post(engine: Engine, run: string, ...spans: Sent[]): Promise<void> {
  const { url } = await engine.openSession(runInfo(run));
  const { status } = await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(...spans) });
  expect(status).toBe(200);
}

async function postMetric(engine: Engine, run: string, time: number): Promise<void> {
  const { url } = await engine.openSession(runInfo(run));
  const point = { startTimeUnixNano: String(time - 1), timeUnixNano: String(time), asInt: '2' };
  const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] };
  const metrics = [{ name: 'orders', sum }];
  await send(`${url}/v1/metrics`, { resourceMetrics: [{ scopeMetrics: [{ scope: { name: 'm' }, metrics }] }] });
}

async function postLog(engine: Engine, run: string, { traceId, spanId }: Sent, text: string): Promise<void> {
  const { url } = await engine.openSession(runInfo(run));
  const record = { traceId, spanId, timeUnixNano: '5', severityNumber: 9, body: { stringValue: text } };
  await send(`${url}/v1/logs`, { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
}

/** Everything of these spans, what was counted, and in which order the traces came. */
async function seen(engine: Engine, spans: readonly Sent[]) {
  const { lines } = await engine.fileStats(FILE);
  return {
    traces: await engine.traces({ limit: 1000 }),
    spans: await Promise.all(
      spans.map(async ({ traceId, spanId }) => engine.span(traceId as TraceId, spanId as SpanId)),
    ),
    logs: await engine.logs(spans[0].traceId as TraceId, undefined, 10),
    lines,
    count: (await engine.status()).spans,
    metrics: (await engine.metrics({ limit: 10 })).streams.map((stream) => ({ ...stream, id: 0 })),
    masked: (await engine.status()).redactions?.masked,
  };
}

function segmentsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.spj'))
    .sort()
    .map((name) => join(folder, name));
}

async function restored(engine: Engine): Promise<Engine> {
  await expect.poll(async () => (await engine.status()).restoring, WAIT).toBeUndefined();
  return engine;
}

describe('a journal that missed something', () => {
  it('whose folder was deleted has everything again, in its order, and each span once', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const storageDir = temporaryFolder();
    const { engine, logged } = startTestEngine(journaling(storageDir));
    const first = Array.from({ length: 700 }, (_, i) => rich(`first ${i}`, 3));
    const second = [rich('second', 3), rich('third', 4)];
    await post(engine, 'run-1', ...first);
    await postLog(engine, 'run-1', first[0], 'hello');
    for (const time of [10, 20, 30]) await postMetric(engine, 'run-1', time);
    await post(engine, 'run-2', ...second);
    const spans = [...first, ...second];
    const before = await seen(engine, spans);
    expect(before.metrics).toMatchObject([{ name: 'orders', value: { value: '6' }, points: 3 }]);
    expect(before.masked).toBe(702);
    expect(before.lines.find(({ line }) => line === 3)).toMatchObject({
      run: 'run-2',
      count: 1,
      previous: { count: 700 },
    });

    rmSync(join(storageDir, 'journal'), { recursive: true });
    vi.advanceTimersByTime(15_000);
    await expect.poll(() => logged.join('\n'), WAIT).toMatch(/What was missing in the journal is in it/);
    expect((await engine.status()).journalLostAt).toBeUndefined();
    await engine.shutdown();
    const next = await restored(startTestEngine(journaling(storageDir)).engine);
    expect(await seen(next, spans)).toEqual(before);
    await next.shutdown();
  });

  it.each<[string, (folder: string) => void]>([
    ['one of whose files was deleted', (folder) => rmSync(segmentsIn(folder)[0])],
    ['whose files were deleted one by one', (folder) => segmentsIn(folder).forEach((path) => rmSync(path))],
    ['whose files were emptied', (folder) => segmentsIn(folder).forEach((path) => truncateSync(path))],
    [
      'in whose folder everything was deleted',
      (folder) => readdirSync(folder).forEach((name) => rmSync(join(folder, name))),
    ],
  ])('%s has everything again, in its order, and each span and log record once', async (_, damage) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const storageDir = temporaryFolder();
    // Several segments.
    const options = { ...journaling(storageDir), maxJournalBytes: 3 * 2 ** 20 };
    const { engine, logged } = startTestEngine(options);
    const folder = join(storageDir, 'journal', '1');
    const spans: Sent[] = [];
    for (const run of ['run-1', 'run-2']) {
      for (let i = 0; i < 4; i++) {
        const some = Array.from({ length: 300 }, () => rich('work', 3));
        spans.push(...some);
        await post(engine, run, ...some);
        await postLog(engine, run, spans[0], `hello ${i} of ${run}`);
        await postMetric(engine, run, spans.length);
      }
    }
    await engine.pin(spans[7].traceId as TraceId, true);
    expect(segmentsIn(folder).length).toBeGreaterThan(1);
    const before = await seen(engine, spans);
    damage(folder);
    vi.advanceTimersByTime(15_000);
    expect((await engine.status()).journalLostAt).toBeDefined();
    await expect.poll(() => logged.join('\n'), WAIT).toMatch(/What was missing in the journal is in it/);
    expect((await engine.status()).journalLostAt).toBeUndefined();
    vi.advanceTimersByTime(15_000);
    await engine.shutdown();
    expect(logged.filter((line) => line.includes('were deleted'))).toHaveLength(1);
    const next = await restored(startTestEngine(options).engine);
    expect(await seen(next, spans)).toEqual(before);
    await next.shutdown();
  });

  it('takes what comes while it is mended, behind what came before', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const storageDir = temporaryFolder();
    const { engine, logged } = startTestEngine(journaling(storageDir));
    const spans: Sent[] = [];
    const add = async (run: string, count: number) => {
      const some = Array.from({ length: count }, () => rich('work', 3));
      spans.push(...some);
      await post(engine, run, ...some);
    };
    for (let i = 0; i < 6; i++) await add('run-1', 500);
    rmSync(join(storageDir, 'journal'), { recursive: true });
    vi.advanceTimersByTime(15_000);
    for (let i = 0; i < 20; i++) await add('run-2', 5);
    await expect.poll(() => logged.join('\n'), WAIT).toMatch(/What was missing in the journal is in it/);
    await add('run-2', 5);
    const before = await seen(engine, spans);
    await engine.shutdown();
    const next = await restored(startTestEngine(journaling(storageDir)).engine);
    const after = await seen(next, spans);
    expect(after.count).toBe(spans.length);
    expect({ ...after, traces: [] }).toEqual({ ...before, traces: [] });
    expect(after.traces[0]).toEqual(before.traces[0]);
    await next.shutdown();
  });

  it('because its folder could not be used has that too, without a further request', async () => {
    const storageDir = temporaryFolder();
    const blocked = join(storageDir, 'journal');
    writeFileSync(blocked, 'a file where the folder should be');
    const { engine, logged } = startTestEngine(journaling(storageDir));
    const spans = [rich('one', 3), rich('two', 4)];
    await post(engine, 'run-1', ...spans);
    await postLog(engine, 'run-1', spans[0], 'hello');
    const before = await seen(engine, spans);
    expect((await engine.status()).problems).toHaveLength(1);
    rmSync(blocked);
    await expect.poll(() => logged.join('\n'), WAIT).toMatch(/What was missing in the journal is in it/);
    expect((await engine.status()).problems).toEqual([]);
    await engine.shutdown();
    const next = await restored(startTestEngine(journaling(storageDir)).engine);
    expect(await seen(next, spans)).toEqual(before);
    await next.shutdown();
  });

  it('has nothing again of what was cleared meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const storageDir = temporaryFolder();
    const { engine } = startTestEngine(journaling(storageDir));
    await post(engine, 'run-1', ...Array.from({ length: 2000 }, () => rich('work', 3)));
    rmSync(join(storageDir, 'journal'), { recursive: true });
    vi.advanceTimersByTime(15_000);
    await engine.clear();
    await post(engine, 'run-1', rich('after', 3));
    await engine.shutdown();
    const next = await restored(startTestEngine(journaling(storageDir)).engine);
    expect((await next.traces({ limit: 10 })).map(({ rootName }) => rootName)).toEqual(['after']);
    await next.shutdown();
  });
});

describe.runIf(canMount())('a journal on a disk that is full for a while', () => {
  it('has everything again: spans, log records, sums of metrics, what was pinned and how much was masked', async () => {
    const storageDir = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', storageDir]);
    onTestFinished(() => void execFileSync('umount', ['-l', storageDir]));
    // Too small for files that are filled with zeros beforehand, so that the disk is full when the test says so.
    const options = { ...journaling(storageDir), maxJournalBytes: 2 ** 22 };
    const { engine, logged } = startTestEngine(options);
    const spans: Sent[] = [];
    let time = 0;
    const add = async (run: string) => {
      const some = Array.from({ length: 50 }, () => rich('work', 3));
      spans.push(...some);
      await post(engine, run, ...some);
      await postLog(engine, run, spans[0], `at ${++time}`);
      await postMetric(engine, run, time * 10);
    };
    for (let i = 0; i < 3; i++) await add('run-1');
    const ballast = join(storageDir, 'ballast');
    const { bavail, bsize } = statfsSync(storageDir);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    for (let i = 0; i < 5; i++) await add('run-2');
    await engine.pin(spans[1].traceId as TraceId, true);
    expect((await engine.status()).problems).toEqual([expect.stringMatching(/ENOSPC.*Free some disk space/)]);
    rmSync(ballast);
    await expect.poll(() => logged.join('\n'), WAIT).toMatch(/What was missing in the journal is in it/);
    for (let i = 0; i < 3; i++) await add('run-2');
    const before = await seen(engine, spans);
    expect(before.metrics).toMatchObject([{ run: 'run-2', value: { value: '16' }, points: 8 }]);
    expect([before.masked, before.traces.filter(({ pinned }) => pinned).length]).toEqual([spans.length, 1]);
    await engine.shutdown();
    expect(await seen(await restored(startTestEngine(options).engine), spans)).toEqual(before);
  });
});
