import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { RecordedSpan } from '../../../src/preload/capture/recordedSpan';
import { namesIn, RecorderBench } from './recorderBench';
import { endedSpan } from './spans';

const SITE = { frames: [] };
/** Told of after two looks, and let go of after two more, of another distance. */
const LONG_MS = 12_000;

let collectGarbage: () => void;

beforeAll(() => {
  setFlagsFromString('--expose-gc');
  collectGarbage = runInNewContext('gc') as () => void;
});

describe('a span that is under way for long', () => {
  test('is told of as one that will never end, once nothing holds it any more', async () => {
    const bench = new RecorderBench();
    begin(bench, 'left', { attributes: { size: 3 } });
    const end = begin(bench, 'held');
    bench.pass(LONG_MS);
    expect(openIn(bench)).toEqual(['left', 'held']);
    await collected(bench, 1);
    bench.pass(1000);
    expect(unendedIn(bench)).toEqual(['left']);
    expect(JSON.stringify(bench.sent.at(-1)!.unended)).toContain('{"key":"size","value":{"intValue":3}}');
    end();
    bench.pass(1000);
    expect(namesIn(bench.sent.at(-1)!.resourceSpans)).toEqual(['held']);
    expect(unendedIn(bench)).toEqual(['left']);
  });

  test('keeps its line until it ends', () => {
    const bench = new RecorderBench();
    const end = begin(bench, 'slow', {}, true);
    bench.pass(LONG_MS);
    end();
    bench.pass(1000);
    expect(JSON.stringify(bench.sent.at(-1)!.resourceSpans)).toContain('"spanlineSite":0');
  });

  test('is in snapshots, in reports and in what the process says at its end', () => {
    const bench = new RecorderBench();
    const end = begin(bench, 'slow');
    bench.pass(LONG_MS);
    expect(bench.recorder.report().open).toBe(1);
    expect(bench.recorder.snapshot()).toContain('"slow"');
    bench.recorder.processExits(0);
    expect(namesIn(bench.spooled.at(-1)!.open)).toEqual(['slow']);
    end();
  });

  test('stays in a journal that is written anew', () => {
    const bench = new RecorderBench({ journal: true });
    const end = begin(bench, 'slow');
    bench.pass(LONG_MS);
    for (let i = 0; i < 8000; i++) bench.end('s');
    bench.pass(5000);
    const anew = bench.noted.findLastIndex((lines) => lines.length === 0);
    expect(anew).toBeGreaterThan(0);
    expect(bench.noted[anew + 1].flatMap(({ open }) => namesIn(open))).toEqual(['slow']);
    end();
  });

  test('is handed to the recorder that comes after this one', () => {
    const [before, after] = [new RecorderBench(), new RecorderBench()];
    const end = begin(before, 'slow', {}, true);
    before.pass(LONG_MS);
    after.recorder.takeOver(before.recorder.handOver());
    expect([before.recorder.report().open, after.recorder.report().open]).toEqual([0, 1]);
    end(after);
    after.pass(1000);
    expect(JSON.stringify(after.sent.at(-1)!.resourceSpans)).toContain('"spanlineSite":0');
  });
});

/** Only what this gives holds the span. */
function begin(bench: RecorderBench, name: string, changes = {}, located = false): (at?: RecorderBench) => void {
  const span = endedSpan({ name, ended: false, ...changes });
  const record = new RecordedSpan(span);
  if (located) record.site = SITE;
  bench.recorder.spanStarted(record);
  return (at = bench) => at.recorder.spanEnded(span);
}

async function collected(bench: RecorderBench, left: number): Promise<void> {
  await vi.waitFor(
    async () => {
      await new Promise(setImmediate);
      collectGarbage();
      expect(bench.recorder.report().open).toBe(left);
    },
    { timeout: 20_000 },
  );
}

const openIn = (bench: RecorderBench) => bench.sent.flatMap(({ open }) => namesIn(open));
const unendedIn = (bench: RecorderBench) => bench.sent.flatMap(({ unended }) => namesIn(unended));
