import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../../../src/model/ids';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { JOURNAL_FOLDER, PRELOAD_ROUTE, RUN_HEADER, SPOOL_EXTENSION } from '../../../src/protocol/preload';
import { preloadBatch, resourceSpans, runInfo, send, span, startTestEngine, type TestEngine } from './testEngine';

const RUN = 'run-1' as RunId;
const DEAD = spawnSync(process.execPath, ['-e', '0']).pid;

async function names({ engine }: TestEngine): Promise<string[]> {
  return (await engine.traces({ limit: 100 })).map(({ rootName }) => rootName).sort();
}

/** Leaves a journal as a process does that was killed. */
function leaveJournal(spoolDir: string, pid: number, content: readonly object[] | string, thread = 0): string {
  const path = join(spoolDir, JOURNAL_FOLDER, `${pid}-${thread}-1${SPOOL_EXTENSION}`);
  writeFileSync(
    path,
    typeof content === 'string' ? content : content.map((batch) => `${JSON.stringify(batch)}\n`).join(''),
  );
  return path;
}

const journalsIn = (spoolDir: string) => readdirSync(join(spoolDir, JOURNAL_FOLDER));

describe('what a thread wrote that stands still', () => {
  const ours = { pid: process.pid, thread: 1 };

  it('is shown while its program goes on, and counts once when it is sent after all', async () => {
    const test = startTestEngine();
    const { url, spoolDir } = await test.engine.openSession(runInfo(RUN));
    const first = preloadBatch([span('one')], ours);
    leaveJournal(spoolDir, process.pid, [first]);
    await expect.poll(() => names(test)).toEqual(['one']);
    const [{ scopeSpans }] = resourceSpans(span('two'));
    const second = { ...first, resourceSpans: [{ spanlineResource: 0, scopeSpans }] };
    leaveJournal(spoolDir, process.pid, [first, second]);
    await expect.poll(() => names(test)).toEqual(['one', 'two']);
    await send(url + PRELOAD_ROUTE, [first, second, preloadBatch([span('three')], ours)], { [RUN_HEADER]: RUN });
    expect(await names(test)).toEqual(['one', 'three', 'two']);
    expect((await test.engine.status()).spans).toBe(3);
    expect(journalsIn(spoolDir)).toHaveLength(1);
  });

  it('is not looked for in what was set aside', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    const path = leaveJournal(spoolDir, process.pid, [preloadBatch([span('set aside')], ours)]);
    renameSync(path, `${path}.damaged`);
    writeFileSync(path.replace('-0-1', '-2-1'), `${JSON.stringify(preloadBatch([span('looked at')], ours))}\n`);
    await expect.poll(() => names(test)).toEqual(['looked at']);
  });

  it('is not read again as long as it sends what it writes', async () => {
    const test = startTestEngine();
    const { url, spoolDir } = await test.engine.openSession(runInfo(RUN));
    const sent = preloadBatch([span('sent')], ours);
    await send(url + PRELOAD_ROUTE, sent, { [RUN_HEADER]: RUN });
    const { revision } = await test.engine.status();
    // Were the journal read, the span that nobody sent would be found in it.
    leaveJournal(spoolDir, process.pid, [preloadBatch([span('unsent')], ours), sent]);
    leaveJournal(spoolDir, DEAD, [preloadBatch([span('dead')], { pid: DEAD })]);
    await expect.poll(() => names(test)).toEqual(['dead', 'sent']);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await names(test)).toEqual(['dead', 'sent']);
    expect((await test.engine.status()).revision).toBe(revision + 1);
  });
});

describe('what a killed program leaves behind', () => {
  it('is taken in soon, though the session goes on', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    leaveJournal(spoolDir, DEAD, [
      preloadBatch([span('one')], { pid: DEAD }),
      preloadBatch([span('two')], { pid: DEAD }),
    ]);
    await expect.poll(() => names(test)).toEqual(['one', 'two']);
    expect(journalsIn(spoolDir)).toEqual([]);
  });

  it('is taken in before closeSession resolves', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    leaveJournal(spoolDir, DEAD, [preloadBatch([span('last')], { pid: DEAD })]);
    await test.engine.closeSession(RUN);
    expect(await names(test)).toEqual(['last']);
  });

  it('is left alone while the program lives', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    leaveJournal(spoolDir, process.pid, [preloadBatch([span('alive')], { pid: process.pid })]);
    await test.engine.closeSession(RUN);
    expect([await names(test), journalsIn(spoolDir)]).toEqual([[], [`${process.pid}-0-1${SPOOL_EXTENSION}`]]);
  });

  it('may end with half a line', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    const whole = JSON.stringify(preloadBatch([span('whole')], { pid: DEAD }));
    leaveJournal(spoolDir, DEAD, `${whole}\n${whole.slice(0, 100)}`);
    await test.engine.closeSession(RUN);
    expect(await names(test)).toEqual(['whole']);
    expect(test.logged.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  it('is put together where it was written in parts', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    const members = { pid: DEAD, sites: [[['/work/app.js', 7, 3, 'load']]] };
    const first = preloadBatch([span('one', { spanlineSite: 0 })], members);
    const [{ scopeSpans }] = resourceSpans(span('two', { spanlineSite: 1 }), span('three', { spanlineSite: 0 }));
    const sites = [[['/work/app.js', 8, 3, 'save']]];
    const second = { ...first, sites, resourceSpans: [{ spanlineResource: 0, scopeSpans }] };
    leaveJournal(spoolDir, DEAD, [first, second]);
    await test.engine.closeSession(RUN);
    expect(await test.engine.traces({ limit: 9 })).toMatchObject(Array(3).fill({ rootService: 'shop' }));
    const { lines } = await test.engine.fileStats('/work/app.js');
    expect(lines.map(({ line, count }) => [line, count])).toEqual([
      [7, 2],
      [8, 1],
    ]);
  });

  it('counts once where it had been sent', async () => {
    const test = startTestEngine();
    const { url, spoolDir } = await test.engine.openSession(runInfo(RUN));
    const sent = preloadBatch([span('sent')], { pid: DEAD });
    await send(url + PRELOAD_ROUTE, [sent], { [RUN_HEADER]: RUN });
    leaveJournal(spoolDir, DEAD, [sent, preloadBatch([span('unsent')], { pid: DEAD })]);
    await test.engine.closeSession(RUN);
    expect(await names(test)).toEqual(['sent', 'unsent']);
    expect((await test.engine.status()).spans).toBe(2);
  });

  it('counts the later copy of what was written before its resource was complete', async () => {
    const test = startTestEngine();
    const { spoolDir } = await test.engine.openSession(runInfo(RUN));
    const [again, alone] = [span('again'), span('alone')];
    const early = preloadBatch([again, alone], { pid: DEAD, provisional: true });
    const late = preloadBatch([{ ...again, name: 'again, in full' }], { pid: DEAD });
    leaveJournal(spoolDir, DEAD, [early, late]);
    await test.engine.closeSession(RUN);
    expect(await names(test)).toEqual(['again, in full', 'alone']);
  });

  it('tells what was under way, with its line', async () => {
    const test = startTestEngine();
    const { url, spoolDir } = await test.engine.openSession(runInfo(RUN));
    const place = { spanlineSite: 0, endTimeUnixNano: '0' };
    const [hung, ended] = [span('hung', place), span('ended', place)];
    const told = preloadBatch([], {
      pid: DEAD,
      sites: [[['/work/app.js', 7, 3, 'load']]],
      open: resourceSpans(hung, ended),
    });
    await send(url + PRELOAD_ROUTE, [told], { [RUN_HEADER]: RUN });
    const trace = async () => (await test.engine.trace(hung.traceId as never))!;
    expect((await trace()).flags[0] & (SPAN_FLAG.open | SPAN_FLAG.running)).toBe(SPAN_FLAG.open | SPAN_FLAG.running);
    const end = { ...ended, endTimeUnixNano: '1700000000009000000' };
    leaveJournal(spoolDir, DEAD, [told, preloadBatch([end], { pid: DEAD })]);
    await expect.poll(() => journalsIn(spoolDir)).toEqual([]);
    expect((await trace()).flags[0] & (SPAN_FLAG.open | SPAN_FLAG.running)).toBe(SPAN_FLAG.open);
    const { lines } = await test.engine.fileStats('/work/app.js');
    expect(lines).toMatchObject([{ line: 7, neverEnded: 1 }]);
  });
});

describe('a worker that was terminated', () => {
  it('is over when its process says so, with what it had to say and what was under way', async () => {
    const test = startTestEngine();
    const { url, spoolDir } = await test.engine.openSession(runInfo(RUN));
    const { pid } = process;
    const place = { spanlineSite: 0, endTimeUnixNano: '0' };
    const [hung, other] = [span('hung', place), span('other', place)];
    const sites = { sites: [[['/work/app.js', 7, 3, 'load']]] };
    const told = preloadBatch([], { pid, thread: 4, open: resourceSpans(hung), ...sites });
    const toldByOther = preloadBatch([], { pid, thread: 41, open: resourceSpans(other), ...sites });
    await send(url + PRELOAD_ROUTE, [told], { [RUN_HEADER]: RUN });
    await send(url + PRELOAD_ROUTE, [toldByOther], { [RUN_HEADER]: RUN });
    leaveJournal(spoolDir, pid, [told, preloadBatch([span('done')], { pid, thread: 4 })], 4);
    leaveJournal(spoolDir, pid, [toldByOther], 41);
    await send(url + PRELOAD_ROUTE, preloadBatch([], { pid, gone: [4] }), { [RUN_HEADER]: RUN });
    await expect.poll(() => journalsIn(spoolDir)).toEqual([`${pid}-41-1${SPOOL_EXTENSION}`]);
    expect(await names(test)).toEqual(['done', 'hung', 'other']);
    const isRunning = async ({ traceId }: { traceId: string }) =>
      ((await test.engine.trace(traceId as never))!.flags[0] & SPAN_FLAG.running) !== 0;
    await expect.poll(() => isRunning(hung)).toBe(false);
    expect(await isRunning(other)).toBe(true);
    expect((await test.engine.fileStats('/work/app.js')).lines).toMatchObject([{ line: 7, neverEnded: 1 }]);
  });
});
