import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordsOf } from '../../../src/journal/agedSegment';
import type { Journal } from '../../../src/journal/journal';
import type { TraceId } from '../../../src/model/ids';
import { openJournal, origin, replayed, segmentsIn, temporaryFolder, textsIn, type TestJournal } from './support';

const KIB = 1024;
const DAY_MS = 24 * 60 * 60 * 1000;
const A = 'a'.repeat(32) as TraceId;
const B = 'b'.repeat(32) as TraceId;

/** A request here begins with its trace's id, of which the digit tells the trace. */
function request(traceId: TraceId, text: string): Buffer {
  return Buffer.concat([Buffer.from(traceId, 'hex'), Buffer.from(text)]);
}

const recordsOf: RecordsOf = (_, body, traceIds) =>
  traceIds.has(Buffer.from(body.subarray(0, 16)).toString('hex')) ? body : undefined;

function open(storageDir: string, options: Partial<Parameters<typeof openJournal>[1]> = {}): TestJournal {
  return openJournal(storageDir, { recordsOf, maxBytes: 64 * KIB, ...options });
}

/** So much that what was there before has to leave. */
async function fill(journal: Journal, kib = 128): Promise<void> {
  for (let i = 0; i < kib; i++) {
    journal.append('traces', request(B, `filler ${i}`.padEnd(KIB, '.')), origin('later'));
    await new Promise(setImmediate);
  }
}

/** Bytes of the segments. */
function onDisk(storageDir: string): number {
  return segmentsIn(storageDir).reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function short(text: string): string {
  return text.slice(16).replace(/\.+$/, '');
}

async function shortTexts(storageDir: string): Promise<string[]> {
  return (await textsIn(storageDir)).map(short);
}

function pinsIn(storageDir: string, slot = '1'): string[] {
  const path = join(storageDir, 'journal', slot, 'pins');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
}

describe('what is pinned in a journal', () => {
  it('stays in its place when its segments leave for want of room, with origin and time', async () => {
    const storageDir = temporaryFolder();
    let now = 1000;
    const { journal } = open(storageDir, { pins: new Set([A]), clock: () => now++ });
    journal.append('traces', request(B, 'not pinned'), origin('first'));
    journal.append('logs', request(A, 'pinned'), origin('first', 'preload'));
    await fill(journal);
    await expect.poll(() => onDisk(storageDir), { timeout: 20_000 }).toBeLessThanOrEqual(64 * KIB);
    journal.close();
    const back = await replayed(open(storageDir).journal);
    expect(back[0]).toMatchObject({ signal: 'logs', origin: origin('first', 'preload'), receivedAt: 1001 });
    const texts = back.map(({ text }) => short(text));
    expect(texts[0]).toBe('pinned');
    expect(texts.at(-1)).toBe('filler 127');
    expect(texts.filter((text) => !text.startsWith('filler'))).toEqual(['pinned']);
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.length).toBeLessThan(64);
  });

  it('leaves with its segment once it is unpinned', async () => {
    const storageDir = temporaryFolder();
    const pins = new Set([A]);
    const { journal } = open(storageDir, { pins });
    journal.append('traces', request(A, 'pinned'), origin('first'));
    await fill(journal);
    pins.clear();
    journal.keepPins();
    journal.close();
    const next = open(storageDir);
    await fill(next.journal);
    await expect.poll(() => onDisk(storageDir), { timeout: 20_000 }).toBeLessThanOrEqual(64 * KIB);
    next.journal.close();
    expect((await shortTexts(storageDir)).filter((text) => !text.startsWith('filler'))).toEqual([]);
  });

  it('takes half of the room at most; what is too much is told once', async () => {
    const storageDir = temporaryFolder();
    const { journal, logged } = open(storageDir, { pins: new Set([A]) });
    for (let i = 0; i < 200; i++) {
      journal.append('traces', request(A, `pinned ${i}`.padEnd(KIB, '.')), origin('first'));
      if (i % 2 === 0) await new Promise(setImmediate);
    }
    const told = () => logged.filter((line) => line.includes('Pinned traces take half'));
    await expect.poll(told, { timeout: 20_000 }).toHaveLength(1);
    await expect.poll(() => onDisk(storageDir), { timeout: 20_000 }).toBeLessThanOrEqual(64 * KIB);
    journal.close();
    const texts = await shortTexts(storageDir);
    expect(texts.length).toBeGreaterThan(30);
    expect(texts.length).toBeLessThan(64);
    expect(told()).toHaveLength(1);
    expect(texts.at(-1)).toBe('pinned 199');
  });

  it('is gone when everything is cleared amid that', async () => {
    const storageDir = temporaryFolder();
    const { journal } = open(storageDir, { pins: new Set([A]) });
    for (let i = 0; i < 100; i++) journal.append('traces', request(A, 'x'.padEnd(KIB, '.')), origin('first'));
    journal.clear();
    await new Promise(setImmediate);
    journal.append('traces', request(B, 'after'), origin('later'));
    journal.close();
    await expect.poll(() => segmentsIn(storageDir), { timeout: 20_000 }).toHaveLength(1);
    expect(await shortTexts(storageDir)).toEqual(['after']);
  });

  it('does not make what stands behind it younger than it is', async () => {
    const storageDir = temporaryFolder();
    const { journal } = open(storageDir, { pins: new Set([A]) });
    journal.append('traces', request(A, 'pinned'), origin('first'));
    await fill(journal, 40);
    journal.close();
    const paths = segmentsIn(storageDir);
    expect(paths.length).toBeGreaterThan(3);
    const age = (path: string, days: number) => {
      const then = new Date(Date.now() - days * DAY_MS);
      utimesSync(path, then, then);
    };
    for (const path of paths) age(path, 29);
    age(paths[0], 31);
    const aged = async () => {
      const { journal } = open(storageDir, { maxAgeMs: 30 * DAY_MS });
      const texts = (await replayed(journal)).map(({ text }) => short(text));
      journal.close();
      return texts;
    };
    expect((await aged())[0]).toBe('pinned');
    expect(statSync(paths[0]).size).toBeLessThan(2 * KIB);
    for (const path of paths.slice(1)) age(path, 31);
    expect(await aged()).toEqual(['pinned']);
  });
});

describe('pins', () => {
  it('of a journal that is taken over are kept with those of the one that takes it, before what is old goes', async () => {
    const storageDir = temporaryFolder();
    const old = open(storageDir, { pins: new Set([A]), isAttended: () => Promise.resolve(false) });
    old.journal.keepPins();
    old.journal.append('traces', request(A, 'pinned'), origin('first'));
    old.journal.append('traces', request(B, 'not pinned'), origin('first'));
    const then = new Date(Date.now() - 31 * DAY_MS);
    for (const path of segmentsIn(storageDir)) utimesSync(path, then, then);
    const pins = new Set([B]);
    const next = open(storageDir, { pins, maxAgeMs: 30 * DAY_MS });
    next.journal.askOthers();
    expect((await replayed(next.journal)).map(({ text }) => short(text))).toEqual(['pinned', 'not pinned']);
    expect([...pins].sort()).toEqual([A, B]);
    expect(pinsIn(storageDir, '2').sort()).toEqual([A, B]);
  });

  it('go with the journal into another folder', () => {
    const storageDir = temporaryFolder();
    const first = open(storageDir, { pins: new Set([A]) });
    first.journal.keepPins();
    const second = open(storageDir, { pins: new Set([B]) });
    expect([pinsIn(storageDir, '1'), pinsIn(storageDir, '2')]).toEqual([[A], [B]]);
    first.journal.close();
    second.journal.close();
  });
});
