import { existsSync, mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { RunId, SpanId, TraceId } from '../../../src/model/ids';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { JOURNAL_FOLDER, PRELOAD_ROUTE, RUN_HEADER, SPOOL_EXTENSION } from '../../../src/protocol/preload';
import { call, grpcMessage } from '../otlp/clients';
import { ONE_SPAN } from '../otlp/testReceiver';
import {
  preloadBatch,
  resourceSpans,
  runInfo,
  send,
  span,
  startTestEngine,
  temporaryFolder,
  type TestEngine,
} from './testEngine';

const RUN = 'run-1' as RunId;

async function names({ engine }: TestEngine): Promise<string[]> {
  return (await engine.traces({ limit: 100 })).map(({ rootName }) => rootName).sort();
}

/** The run that the trace of this root name belongs to. */
async function runOf({ engine }: TestEngine, name: string): Promise<string | undefined> {
  const trace = (await engine.traces({ limit: 100 })).find(({ rootName }) => rootName === name);
  const columns = trace && (await engine.trace(trace.traceId));
  const spanId = columns && Buffer.from(columns.spanIds.subarray(0, 8)).toString('hex');
  return trace && (await engine.span(trace.traceId, spanId as never))?.run;
}

/** Leaves a file in a spool as the preload does. */
function spool(folder: string, content: unknown, name = 'a'): string {
  const path = join(folder, name + SPOOL_EXTENSION);
  writeFileSync(`${path}.tmp`, typeof content === 'string' ? content : JSON.stringify(content));
  renameSync(`${path}.tmp`, path);
  return path;
}

describe('a debug session', () => {
  it('has a port of its own, on both addresses, and a folder for what is left behind', async () => {
    const { engine, storageDir } = startTestEngine();
    const { url, spoolDir } = await engine.openSession(runInfo(RUN));
    const port = Number(new URL(url).port);
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(spoolDir).toBe(join(storageDir, 'spool', RUN));
    expect(existsSync(spoolDir)).toBe(true);
    expect((await engine.status()).endpoints).toEqual([
      { address: '127.0.0.1', port, use: 'session' },
      { address: '::1', port, use: 'session' },
    ]);
  });

  it('takes OTLP by HTTP and gRPC, and counts it to its run', async () => {
    const test = startTestEngine();
    const { url } = await test.engine.openSession(runInfo(RUN));
    expect(await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('http')) })).toMatchObject({
      status: 200,
    });
    const port = Number(new URL(url).port);
    await call(port, '/opentelemetry.proto.collector.trace.v1.TraceService/Export', grpcMessage(ONE_SPAN));
    expect(await names(test)).toEqual(['GET /', 'http']);
    expect(await runOf(test, 'http')).toBe(RUN);
  });

  it('takes what the preload sends, with the line that made the span', async () => {
    const test = startTestEngine();
    const { url } = await test.engine.openSession(runInfo(RUN));
    const file = join(temporaryFolder(), 'app.js');
    writeFileSync(file, 'run();');
    const own = [{ key: 'order', value: { intValue: 7 } }];
    const located = span('located', { spanlineSite: 0, attributes: own });
    const batch = preloadBatch([located], { sites: [[[file, 1, 1, 'run']]] });
    expect(await send(url + PRELOAD_ROUTE, batch, { [RUN_HEADER]: RUN })).toEqual({ status: 200, body: {} });
    const { lines } = await test.engine.fileStats(file);
    expect(lines).toMatchObject([
      {
        line: 1,
        functionName: 'run',
        run: RUN,
        count: 1,
        p50: expect.closeTo(5e6, -5),
        confidence: 'certain',
        reason: 'seen when the program started the span',
      },
    ]);
    expect(await test.engine.files()).toEqual([file]);
    const held = await test.engine.span(located.traceId as TraceId, located.spanId as SpanId);
    expect(held?.location).toMatchObject({ path: file, line: 1, reason: 'seen when the program started the span' });
    expect(held?.attributes.map(({ key }) => key)).toEqual(['order']);
    expect(await test.engine.spansAt(file, 1, 10)).toHaveLength(1);
  });

  it.each([
    ['another run', { [RUN_HEADER]: 'run-2' }],
    ['no run', {}],
  ])('refuses a batch for %s', async (_, headers) => {
    const test = startTestEngine();
    const { url } = await test.engine.openSession(runInfo(RUN));
    const { status, body } = await send(url + PRELOAD_ROUTE, preloadBatch([span('x')]), headers);
    expect(status).toBe(409);
    expect(body.message).toContain('This port belongs to run "run-1"');
    expect(await names(test)).toEqual([]);
  });

  it.each([
    ['{', /^The batch is not JSON/],
    ['[[]]', /has no list "resourceSpans"/],
    ['null', /has no list "resourceSpans"/],
    [{ resourceSpans: [{ scopeSpans: 7 }] }, /scopeSpans must be an array, but is 7/],
  ])('answers 400 to the batch %j, which has the preload drop it', async (body, message) => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo(RUN));
    const answer = await send(url + PRELOAD_ROUTE, body, { [RUN_HEADER]: RUN });
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringMatching(message) } });
  });

  it('is the same one when it is opened twice, also at once', async () => {
    const { engine } = startTestEngine();
    const [first, second] = await Promise.all([engine.openSession(runInfo(RUN)), engine.openSession(runInfo(RUN))]);
    expect(second).toEqual(first);
    expect(await engine.openSession(runInfo(RUN))).toEqual(first);
    expect((await engine.status()).endpoints).toHaveLength(2);
  });

  it('has another port than other sessions', async () => {
    const test = startTestEngine();
    const first = await test.engine.openSession(runInfo(RUN));
    const second = await test.engine.openSession(runInfo('run-2'));
    expect(second.url).not.toBe(first.url);
    await send(`${second.url}/v1/traces`, { resourceSpans: resourceSpans(span('second')) });
    expect(await runOf(test, 'second')).toBe('run-2');
  });

  it('gets the port it had when the engine is started anew, and what was left meanwhile', async () => {
    const storageDir = temporaryFolder();
    const before = startTestEngine({ storageDir });
    const first = await before.engine.openSession(runInfo(RUN));
    await before.engine.shutdown();
    spool(first.spoolDir, preloadBatch([span('meanwhile')]));
    const after = startTestEngine({ storageDir });
    expect(await after.engine.openSession(runInfo(RUN), Number(new URL(first.url).port))).toEqual(first);
    await expect.poll(() => names(after)).toEqual(['meanwhile']);
  });

  it('gets another port when the one it asks for is taken', async () => {
    const first = startTestEngine();
    const { url } = await first.engine.openSession(runInfo(RUN));
    const port = Number(new URL(url).port);
    const { engine } = startTestEngine();
    const other = await engine.openSession(runInfo(RUN), port);
    expect(Number(new URL(other.url).port)).not.toBe(port);
    expect((await send(`${other.url}/v1/traces`, {})).status).toBe(200);
  });

  it('gives a restarted program’s spans to the new run, and its spool to the old', async () => {
    const test = startTestEngine();
    const { url, spoolDir } = await test.engine.openSession(runInfo(RUN));
    spool(spoolDir, preloadBatch([span('last words')]));
    await test.engine.restartSession(RUN, runInfo('run-2'));
    await send(url + PRELOAD_ROUTE, preloadBatch([span('born again')], { pid: 2 }), {
      [RUN_HEADER]: RUN,
    });
    await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('exported')) });
    expect(await runOf(test, 'last words')).toBe(RUN);
    expect(await runOf(test, 'born again')).toBe('run-2');
    expect(await runOf(test, 'exported')).toBe('run-2');
  });

  it('gives to the old run what the process before the restart still has to say', async () => {
    const test = startTestEngine();
    const { url, spoolDir } = await test.engine.openSession(runInfo(RUN));
    await send(url + PRELOAD_ROUTE, preloadBatch([span('sent')], { pid: 8 }), { [RUN_HEADER]: RUN });
    await test.engine.restartSession(RUN, runInfo('run-2'));
    spool(spoolDir, preloadBatch([span('last words')], { pid: 8 }));
    await send(url + PRELOAD_ROUTE, preloadBatch([span('born again')], { pid: 9 }), { [RUN_HEADER]: RUN });
    await test.engine.closeSession(RUN);
    expect(await runOf(test, 'last words')).toBe(RUN);
    expect(await runOf(test, 'born again')).toBe('run-2');
  });

  it('tells whether spans of its program have come, since a restart those of the new one', async () => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo(RUN));
    await send(`${url}/v1/traces`, {});
    await send(url + PRELOAD_ROUTE, preloadBatch([], { resourceSpans: [], pid: 8 }), { [RUN_HEADER]: RUN });
    expect(await engine.isHeard(RUN)).toBe(false);
    await send(url + PRELOAD_ROUTE, preloadBatch([span('a')], { pid: 8 }), { [RUN_HEADER]: RUN });
    expect(await engine.isHeard(RUN)).toBe(true);
    await engine.restartSession(RUN, runInfo('run-2'));
    expect(await engine.isHeard(RUN)).toBe(false);
    await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('b')) });
    expect(await engine.isHeard(RUN)).toBe(true);
    expect(await engine.isHeard('never' as RunId)).toBe(false);
  });

  it('takes several batches in one request', async () => {
    const test = startTestEngine();
    const { url } = await test.engine.openSession(runInfo(RUN));
    const batches = [preloadBatch([span('a')]), preloadBatch([span('b')], { dropped: 2 })];
    const headers = { [RUN_HEADER]: RUN };
    expect((await send(url + PRELOAD_ROUTE, batches, headers)).status).toBe(200);
    await send(url + PRELOAD_ROUTE, [batches[1], preloadBatch([span('c')])], headers);
    expect(await names(test)).toEqual(['a', 'b', 'c']);
    expect((await test.engine.status()).spans).toBe(3);
    expect(test.logged.filter((line) => line.includes('2 of them are lost'))).toHaveLength(1);
  });

  it('counts a batch once that was sent and is found in the spool as well', async () => {
    const test = startTestEngine();
    const { url, spoolDir } = await test.engine.openSession(runInfo(RUN));
    const batch = preloadBatch([span('twice')]);
    await send(url + PRELOAD_ROUTE, batch, { [RUN_HEADER]: RUN });
    spool(spoolDir, batch);
    await test.engine.closeSession(RUN);
    expect((await test.engine.status()).spans).toBe(1);
    expect((await test.engine.status()).revision).toBe(1);
  });

  it('shows spans that had not ended when their program did, without a duration', async () => {
    const test = startTestEngine();
    const { url } = await test.engine.openSession(runInfo(RUN));
    const [request, query] = [span('request', { endTimeUnixNano: '0' }), span('query')];
    const child = { ...query, traceId: request.traceId, parentSpanId: request.spanId };
    await send(url + PRELOAD_ROUTE, preloadBatch([child], { open: resourceSpans(request) }), { [RUN_HEADER]: RUN });
    expect(await test.engine.traces({ limit: 9 })).toMatchObject([{ rootName: 'request', rooted: true, spans: 2 }]);
    const ended = { ...request, endTimeUnixNano: '1700000000009000000' };
    await send(url + PRELOAD_ROUTE, preloadBatch([ended]), { [RUN_HEADER]: RUN });
    expect(await test.engine.traces({ limit: 9 })).toMatchObject([{ rootName: 'request', spans: 2, duration: 9e6 }]);
  });

  it('tells spans that nothing will ever end from those that still run', async () => {
    const test = startTestEngine();
    const { url } = await test.engine.openSession(runInfo(RUN));
    const file = join(temporaryFolder(), 'app.js');
    writeFileSync(file, 'run();');
    const open = { endTimeUnixNano: '0', spanlineSite: 0 };
    const left = span('left', open);
    const running = { ...span('running', open), traceId: left.traceId };
    const sites = { sites: [[[file, 1, 1, 'run']]] };
    const flagsNow = async () => {
      const { count, name, names, flags } = (await test.engine.trace(left.traceId as TraceId))!;
      return Object.fromEntries(
        Array.from({ length: count }, (_, row) => [
          names[name[row]],
          flags[row] & (SPAN_FLAG.open | SPAN_FLAG.running),
        ]),
      );
    };
    const told = [preloadBatch([], { open: resourceSpans(left, running), ...sites })];
    await send(url + PRELOAD_ROUTE, told, { [RUN_HEADER]: RUN });
    expect(await flagsNow()).toEqual({
      left: SPAN_FLAG.open | SPAN_FLAG.running,
      running: SPAN_FLAG.open | SPAN_FLAG.running,
    });
    const forgotten = preloadBatch([], { unended: resourceSpans(left), ...sites });
    await send(url + PRELOAD_ROUTE, forgotten, { [RUN_HEADER]: RUN });
    expect(await flagsNow()).toEqual({ left: SPAN_FLAG.open, running: SPAN_FLAG.open | SPAN_FLAG.running });
    const neverEnded = async () => (await test.engine.fileStats(file)).lines.map((line) => line.neverEnded);
    expect(await neverEnded()).toEqual([1]);
    // The end of the thread tells of both once more.
    await send(url + PRELOAD_ROUTE, preloadBatch([], { open: resourceSpans(left, running), ...sites, exitCode: 0 }), {
      [RUN_HEADER]: RUN,
    });
    expect(await flagsNow()).toEqual({ left: SPAN_FLAG.open, running: SPAN_FLAG.open });
    expect(await neverEnded()).toEqual([2]);
  });

  it('takes what is sound of a batch where lists hold nothing in place of a span, a scope or a resource', async () => {
    const test = startTestEngine();
    const { url } = await test.engine.openSession(runInfo(RUN));
    const [group] = resourceSpans(span('sound')) as { scopeSpans: { spans: unknown[] }[] }[];
    group.scopeSpans[0].spans.unshift(null);
    const hollow = [group, null, { scopeSpans: [null, { spans: [null] }] }];
    const batch = preloadBatch([], { resourceSpans: hollow, open: hollow });
    expect((await send(url + PRELOAD_ROUTE, batch, { [RUN_HEADER]: RUN })).status).toBe(200);
    expect(await names(test)).toEqual(['sound']);
  });

  it('says how many spans a program had to drop', async () => {
    const { engine, logged } = startTestEngine();
    const { url } = await engine.openSession(runInfo(RUN));
    await send(url + PRELOAD_ROUTE, preloadBatch([span('x')], { dropped: 7 }), { [RUN_HEADER]: RUN });
    expect(logged).toContain('warn: Process 1 made spans faster than they were taken: 7 of them are lost');
  });

  it('closes its port when it has been idle for a while, and deletes its folder', async () => {
    const test = startTestEngine();
    const { url, spoolDir } = await test.engine.openSession(runInfo(RUN));
    await test.engine.closeSession(RUN);
    expect((await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('late')) })).status).toBe(200);
    await vi.waitFor(() => expect(existsSync(spoolDir)).toBe(false), { timeout: 10_000, interval: 100 });
    await expect(send(`${url}/v1/traces`, {})).rejects.toThrow();
    expect((await test.engine.status()).endpoints).toEqual([]);
    expect(await names(test)).toEqual(['late']);
  });

  it('stays open when it is opened again before it closes', async () => {
    const { engine } = startTestEngine();
    const first = await engine.openSession(runInfo(RUN));
    await engine.closeSession(RUN);
    expect(await engine.openSession(runInfo(RUN))).toEqual(first);
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect((await send(`${first.url}/v1/traces`, {})).status).toBe(200);
  });

  it.each(['../../etc', 'a/b', '..', 'CON:', 'ü', 'x'.repeat(500), ''])(
    'makes a safe folder of the run id %j',
    async (run) => {
      const { engine, storageDir } = startTestEngine();
      const { spoolDir } = await engine.openSession(runInfo(run));
      expect(readdirSync(join(storageDir, 'spool'))).toHaveLength(1);
      expect(spoolDir).toMatch(new RegExp(`^${storageDir}/spool/[0-9a-f]{64}$`));
    },
  );

  it('lets sessions be closed and restarted that nobody opened', async () => {
    const { engine } = startTestEngine();
    await engine.closeSession('never' as RunId);
    await engine.restartSession('never' as RunId, runInfo('x'));
  });
});

describe('the spool', () => {
  it('is taken in as files appear, and emptied', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    spool(spoolDir, preloadBatch([span('one')]), 'one');
    await expect.poll(() => names(test)).toEqual(['one']);
    spool(spoolDir, preloadBatch([span('two')]), 'two');
    await expect.poll(() => names(test)).toEqual(['one', 'two']);
    await expect.poll(() => readdirSync(spoolDir)).toEqual([JOURNAL_FOLDER]);
    expect(await runOf(test, 'two')).toBe(RUN);
  });

  it('is taken in before closeSession resolves', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    for (let i = 0; i < 20; i++) spool(spoolDir, preloadBatch([span(`s${i}`)]), `s${i}`);
    await test.engine.closeSession(RUN);
    expect(await names(test)).toHaveLength(20);
  });

  it.each([
    ['half a file', '{"resourceSpans":[', /not JSON/],
    ['an empty file', '', /not JSON/],
    ['too large a file', `{"resourceSpans":[],"x":"${'x'.repeat(9_000_000)}"}`, /more than a request may have/],
  ])('sets %s aside, says so, and goes on', async (_, content, message) => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    const bad = spool(spoolDir, content, 'a-bad');
    spool(spoolDir, preloadBatch([span('good')]), 'b-good');
    await test.engine.closeSession(RUN);
    expect(await names(test)).toEqual(['good']);
    expect(readdirSync(spoolDir)).toEqual([`a-bad${SPOOL_EXTENSION}.damaged`, JOURNAL_FOLDER]);
    expect(test.logged.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(new RegExp(`^warn: What a program left in ${bad} cannot be used: .*${message.source}`)),
    ]);
  });

  it('is not disturbed by folders and half-written files', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    mkdirSync(join(spoolDir, `folder${SPOOL_EXTENSION}`));
    writeFileSync(join(spoolDir, `x${SPOOL_EXTENSION}.tmp`), '{"resou');
    spool(spoolDir, preloadBatch([span('good')]));
    await test.engine.closeSession(RUN);
    expect(await names(test)).toEqual(['good']);
    expect(readdirSync(spoolDir)).toContain(`x${SPOOL_EXTENSION}.tmp`);
  });

  it('of runs long gone is deleted, that of other windows is not', async () => {
    const storageDir = temporaryFolder();
    for (const name of ['old', 'new']) mkdirSync(join(storageDir, 'spool', name), { recursive: true });
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    utimesSync(join(storageDir, 'spool', 'old'), twoDaysAgo, twoDaysAgo);
    startTestEngine({ storageDir });
    await expect.poll(() => readdirSync(join(storageDir, 'spool'))).toEqual(['new']);
  });
});
