import { expect, describe, it } from 'vitest';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { RunId } from '../../../src/model/ids';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { PRELOAD_ROUTE, RUN_HEADER, SPOOL_EXTENSION } from '../../../src/protocol/preload';
import { preloadBatch, resourceSpans, runInfo, send, span, startTestEngine, temporaryFolder } from './testEngine';

const RUN = 'run-1' as RunId;
/** When the spans of these tests begin, and for how long they run: see `span`. */
const START_MS = 1_700_000_000_000;
const MS = 1e6;
const HELD_UP = { id: 'p', from: START_MS + 1, to: START_MS + 4 };

describe('a program that its debugger stops', () => {
  it('does not count the time in which it stands, nor after the engine was started anew', async () => {
    const storageDir = temporaryFolder();
    const first = startTestEngine({ storageDir, maxJournalBytes: 16 * 2 ** 20 });
    const { url } = await first.engine.openSession(runInfo(RUN));
    await first.engine.paused(RUN, { id: 'p', from: HELD_UP.from });
    await first.engine.paused(RUN, HELD_UP);
    await send(url + PRELOAD_ROUTE, preloadBatch([span('work')]), { [RUN_HEADER]: RUN });
    expect(await first.engine.traces({ limit: 1 })).toMatchObject([{ duration: 2 * MS, paused: 3 * MS }]);
    await first.engine.shutdown();

    const { engine } = startTestEngine({ storageDir, maxJournalBytes: 16 * 2 ** 20 });
    await expect
      .poll(async () => await engine.traces({ limit: 1 }))
      .toMatchObject([{ duration: 2 * MS, paused: 3 * MS }]);
  });

  it('is known by its thread from what it answers, with what it has under way', async () => {
    const { engine } = startTestEngine();
    await engine.openSession(runInfo(RUN));
    await engine.paused(RUN, { id: 'p', from: HELD_UP.from });
    const open = resourceSpans(span('under way', { endTimeUnixNano: '0' }));
    await engine.snapshot(RUN, 'p', JSON.stringify([preloadBatch([span('ended')]), preloadBatch([], { open })]));
    const traces = await engine.traces({ limit: 9 });
    const running = await engine.trace(traces.find(({ rootName }) => rootName === 'under way')!.traceId);
    expect(running!.flags[0] & SPAN_FLAG.running).toBe(SPAN_FLAG.running);
    expect(running!.duration[0] / MS).toBeCloseTo(1);
    expect(traces.map(({ rootName }) => rootName)).toContain('ended');
  });

  it('may answer with anything', async () => {
    const { engine } = startTestEngine();
    await engine.openSession(runInfo(RUN));
    for (const text of ['', 'null', '{}', '[null, 1, {}]']) await engine.snapshot(RUN, 'p', text);
    await engine.snapshot('unknown' as RunId, 'p', '[]');
    await engine.paused('unknown' as RunId, HELD_UP);
    expect(await engine.traces({ limit: 9 })).toEqual([]);
  });
});

describe('a program that ends', () => {
  it('says how, and what it had under way runs no more', async () => {
    const { engine } = startTestEngine();
    const exits: unknown[] = [];
    engine.onExit((exit) => exits.push(exit));
    const { spoolDir } = await engine.openSession(runInfo(RUN));
    const open = resourceSpans(span('under way', { endTimeUnixNano: '0' }));
    const batch = preloadBatch([], { open, exitCode: 3 });
    writeFileSync(join(spoolDir, `a${SPOOL_EXTENSION}`), JSON.stringify(batch));
    await expect.poll(() => exits).toEqual([{ run: RUN, exitCode: 3 }]);
    const [trace] = await engine.traces({ limit: 1 });
    const { flags } = (await engine.trace(trace.traceId))!;
    expect(flags[0] & (SPAN_FLAG.open | SPAN_FLAG.running)).toBe(SPAN_FLAG.open);
  });
});
