import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unitsOf } from '../../../src/analysis/scan';
import type { Note, UnitReport } from '../../../src/analysis/threads/messages';
import { threadCount } from '../../../src/analysis/threads/threadCount';
import { ScanThreads } from '../../../src/analysis/threads/scanThreads';

const SETTINGS = { enabled: true, rules: {}, wrappers: [] };

/** Speaks as the real one does; what it is to do with a file stands in the file's name. */
const THREAD = `
const { parentPort, workerData, threadId } = require('node:worker_threads');
const now = new Int32Array(workerData.watched);
const held = new Map();
const hoard = [];
parentPort.on('message', ({ type, unit, round, open }) => {
  if (type === 'keep') return parentPort.postMessage({ type: 'kept' });
  for (const { path, text } of open) text === undefined ? held.delete(path) : held.set(path, text);
  const files = unit.paths.map((path, index) => {
    now[0] = path.includes('together') ? -1 : index;
    if (path.includes('throws') || path.includes('together')) throw new Error('it went wrong');
    if (path.includes('hoards')) for (;;) hoard.push(Array.from({ length: 10000 }, () => ({ path })));
    if (path.includes('waits')) for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    now[1]++;
    return { path, text: [...held].join() };
  });
  parentPort.postMessage({ type: 'scanned', report: { files, notes: [] } });
});
now[2] = 1;
parentPort.postMessage({ type: 'ready', rules: [{ id: 'a-rule', title: 'A rule' }] });
`;

let folder: string;
let threads: ScanThreads | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanline-threads-'));
});
afterEach(async () => {
  threads?.dispose();
  threads = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function start(count: number, script = THREAD): Promise<ScanThreads> {
  const entry = join(folder, 'thread.cjs');
  await writeFile(entry, script);
  threads = new ScanThreads({ entry, compiler: '', kind: 'test', heapMb: 32 }, count);
  return threads;
}

interface Heard {
  /** Of each unit, in order. */
  readonly paths: string[][];
  readonly notes: Note[];
  readonly done: number;
}

async function scan(scanning: ScanThreads, units: readonly (readonly string[])[], open?: () => []): Promise<Heard> {
  const reports: UnitReport[][] = units.map(() => []);
  let done = 0;
  await scanning.scan({
    units: units.map((paths) => ({ paths, settings: SETTINGS })),
    open,
    heard: (report, index, finished) => {
      reports[index].push(report);
      done += finished.length;
    },
  });
  const pathsOf = (each: readonly UnitReport[]) => each.flatMap(({ files }) => files.map(({ path }) => path)).sort();
  return { paths: reports.map(pathsOf), notes: reports.flat().flatMap(({ notes }) => notes), done };
}

describe('threads that scan', () => {
  test('do every unit once, whoever takes it', async () => {
    const units = Array.from({ length: 40 }, (_, unit) => [`${unit}/a.ts`, `${unit}/b.ts`]);
    expect(await scan(await start(3), units)).toEqual({ paths: units, notes: [], done: 80 });
  });

  test('tell the rules that they know', async () => {
    expect(await (await start(2)).rules()).toEqual([{ id: 'a-rule', title: 'A rule' }]);
  });

  test.each(['throws', 'hoards'])('name a file that %s and do the others', async (fault) => {
    const units = [['a.ts', `${fault}.ts`, 'b.ts'], ['c.ts']];
    const { paths, notes, done } = await scan(await start(2), units);
    expect(paths).toEqual([['a.ts', 'b.ts'], ['c.ts']]);
    expect(notes.map(({ level }) => level)).toEqual(['error']);
    expect(notes[0].message).toMatch(
      new RegExp(`^${fault}.ts could not be checked: .*(it went wrong|memory limit).* "ignore" in .spanlinerc.json`),
    );
    expect(done).toBe(4);
  });

  test('find by halves the file that ends them while they look at several', async () => {
    const { paths, notes } = await scan(await start(1), [['a.ts', 'b.ts', 'together.ts', 'c.ts', 'd.ts']]);
    expect(paths).toEqual([['a.ts', 'b.ts', 'c.ts', 'd.ts']]);
    expect(notes.map(({ message }) => message.split(' ')[0])).toEqual(['together.ts']);
  });

  test('end although every file ends one', async () => {
    const paths = Array.from({ length: 80 }, (_, file) => `throws${file}.ts`);
    const { notes, done } = await scan(await start(2), [paths.slice(0, 40), paths.slice(40)]);
    expect(done).toBe(80);
    expect(notes.some(({ message }) => /files from .* could not be checked/.test(message))).toBe(true);
  });

  test('leave to others what they cannot do since none of them starts', async () => {
    const scanning = await start(2, "throw new Error('no threads here')");
    const units = [['a.ts'], ['b.ts']].map((paths) => ({ paths, settings: SETTINGS }));
    expect(await scanning.rules()).toBeUndefined();
    expect(await scanning.scan({ units, heard: () => expect.unreachable() })).toEqual(units);
    await scanning.keep();
  });

  test('end at once when they are disposed, whatever they are at', async () => {
    const scanning = await start(2);
    const ended = scan(scanning, [['waits.ts'], ['a.ts'], ['waits.ts'], ['b.ts']]);
    await scanning.rules();
    scanning.dispose();
    await ended;
  });

  test('know what the editor holds by now, and no more what it has closed', async () => {
    const scanning = await start(1);
    const texts: string[] = [];
    let open = [{ path: 'open.ts', text: 'one' }];
    const held = [open, [], [{ path: 'open.ts', text: 'two' }]];
    const units = held.map((_, unit) => ({ paths: [`${unit}.ts`], settings: SETTINGS }));
    await scanning.scan({
      units,
      open: () => (open = held[texts.length]),
      heard: ({ files }) => texts.push(files[0].text),
    });
    expect(texts).toEqual(['open.ts,one', '', 'open.ts,two']);
    // Another scan begins with nothing kept.
    await scanning.scan({ units: [units[0]], open: () => open, heard: ({ files }) => texts.push(files[0].text) });
    expect(texts.at(-1)).toBe('open.ts,two');
  });
});

test('as many threads as the cores allow and the files pay for', () => {
  expect(threadCount(200, 0, 16)).toBe(1);
  expect(threadCount(1500, 0, 16)).toBe(1);
  expect(threadCount(4500, 0, 2)).toBe(2);
  expect(threadCount(4500, 1, 2)).toBe(1);
  expect(threadCount(100_000, 0, 16)).toBe(4);
});

test('units hold all files in order, large ones first and small ones last, whoever looks at them', () => {
  for (const count of [0, 1, 99, 100, 101, 1500, 20_000]) {
    const paths = Array.from({ length: count }, (_, file) => `${file}.ts`);
    const sizes = unitsOf(paths, SETTINGS).map((unit) => unit.paths.length);
    expect(unitsOf(paths, SETTINGS).flatMap((unit) => unit.paths)).toEqual(paths);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(400);
  }
});
