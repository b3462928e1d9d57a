import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../../src/base/log';
import { JournalSlot } from '../../../src/journal/journalSlot';
import { deleteJournals, tidyUp } from '../../../src/journal/oldJournals';
import { startOfProcess } from '../../../src/journal/processes';
import { openJournal, origin, segmentsIn, temporaryFolder, textsIn } from './support';

const DAY_MS = 24 * 60 * 60 * 1000;

function acquire(parent: string): JournalSlot {
  const slot = JournalSlot.acquire(parent, { lost() {}, wanted() {}, held() {} });
  onTestFinished(() => slot.release());
  return slot;
}

const numberOf = ({ folder }: JournalSlot) => folder.split(/[\\/]/).at(-1);

/** A process that does nothing until the test is over. */
function sleeper(): ChildProcess {
  const child = fork('-e', [], { execArgv: ['-e', 'setInterval(() => {}, 1000)'], stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function lockOf(pid: number, members: object = {}): string {
  return JSON.stringify({ token: 'theirs', pid, start: startOfProcess(pid), host: hostname(), ...members });
}

function slotWithLock(parent: string, content: string, ageMs = 0): string {
  const folder = join(parent, '1');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'lock');
  writeFileSync(path, content);
  const then = new Date(Date.now() - ageMs);
  utimesSync(path, then, then);
  return path;
}

describe('a journal folder', () => {
  it('belongs to one engine; the next gets one beside it, and the first one free', () => {
    const parent = temporaryFolder();
    const [first, second, third] = [acquire(parent), acquire(parent), acquire(parent)];
    expect([first, second, third].map(numberOf)).toEqual(['1', '2', '3']);
    second.release();
    expect(numberOf(acquire(parent))).toBe('2');
    expect(existsSync(join(first.folder, 'lock'))).toBe(true);
  });

  it('is, of several that are free, the one that was used last', () => {
    const parent = temporaryFolder();
    const [first, second] = [acquire(parent), acquire(parent)];
    second.release();
    first.release();
    const then = new Date(Date.now() - 60_000);
    utimesSync(first.folder, then, then);
    expect(numberOf(acquire(parent))).toBe('2');
  });

  it('is written no more by an engine that stood still so long that another one has it now', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const storageDir = temporaryFolder();
    const { journal, logged } = openJournal(storageDir);
    journal.append('traces', Buffer.from('before'), origin('a'));
    const folder = journal.ownFolder!;
    writeFileSync(join(folder, 'lock'), lockOf(sleeper().pid!));
    vi.advanceTimersByTime(40_000);
    journal.append('traces', Buffer.from('after'), origin('a'));
    expect(journal.ownFolder).not.toBe(folder);
    expect(
      segmentsIn(storageDir)
        .map((path) => readFileSync(path, 'latin1'))
        .join(),
    ).not.toContain('after');
    expect(logged).toContainEqual(expect.stringContaining('was taken over by another window'));
  });

  it('is not taken from a living process', () => {
    const parent = temporaryFolder();
    slotWithLock(parent, lockOf(sleeper().pid!), DAY_MS);
    expect(numberOf(acquire(parent))).toBe('2');
  });

  it('is taken over from a process that was killed', async () => {
    const parent = temporaryFolder();
    const child = sleeper();
    const content = lockOf(child.pid!);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const path = slotWithLock(parent, content);
    expect(numberOf(acquire(parent))).toBe('1');
    expect(readFileSync(path, 'utf8')).toContain(`"pid":${process.pid},`);
    expect(readdirSync(join(parent, '1'))).toEqual(['lock']);
  });

  it('is taken over when its owner’s number belongs to another process by now', () => {
    const parent = temporaryFolder();
    slotWithLock(parent, lockOf(sleeper().pid!, { start: 'another boot 1' }));
    expect(numberOf(acquire(parent))).toBe('1');
  });

  it('is taken over from an engine of the same process that ended without a word', () => {
    const parent = temporaryFolder();
    slotWithLock(parent, lockOf(process.pid));
    expect(numberOf(acquire(parent))).toBe('1');
  });

  it.each([
    ['of another machine', JSON.stringify({ token: 't', pid: 1, host: 'elsewhere' }), 60_000],
    ['that is no lock', '{', 10_000],
    ['that is empty', '', 10_000],
  ])('with a lock %s is left alone while that is young', (_, content, ageMs) => {
    const young = temporaryFolder();
    slotWithLock(young, content, 1000);
    expect(numberOf(acquire(young))).toBe('2');
    const old = temporaryFolder();
    slotWithLock(old, content, ageMs);
    expect(numberOf(acquire(old))).toBe('1');
  });

  it('is given up by an engine that finds another’s lock in it', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const parent = temporaryFolder();
    const lost = vi.fn();
    const slot = JournalSlot.acquire(parent, { lost, wanted() {}, held() {} });
    vi.advanceTimersByTime(60_000);
    expect(lost).not.toHaveBeenCalled();
    const path = slotWithLock(parent, lockOf(process.pid));
    vi.advanceTimersByTime(20_000);
    expect(lost).toHaveBeenCalled();
    slot.release();
    expect(readFileSync(path, 'utf8')).toContain('theirs');
  });

  it('is found again by the window that is loaded anew, beside another that goes on', async () => {
    const storageDir = temporaryFolder();
    const staying = openJournal(storageDir).journal;
    const reloaded = openJournal(storageDir).journal;
    staying.append('traces', Buffer.from('of the one that stays'), origin('a'));
    reloaded.append('traces', Buffer.from('of the one that is reloaded'), origin('a'));
    reloaded.close();
    expect(await textsIn(storageDir)).toEqual(['of the one that is reloaded']);
  });
});

describe('journals that nobody holds', () => {
  async function three() {
    const storageDir = temporaryFolder();
    const journals = [openJournal(storageDir), openJournal(storageDir), openJournal(storageDir)];
    for (const { journal } of journals) journal.append('traces', Buffer.from('x'), origin('a'));
    journals[1].journal.close();
    const parent = join(storageDir, 'journal');
    return { storageDir, parent, slots: () => readdirSync(parent).sort() };
  }

  it('are deleted after a week, those of living engines never', async () => {
    const { storageDir, parent, slots } = await three();
    const nothing = () => undefined;
    await tidyUp(storageDir, nothing, silentLog);
    expect(slots()).toEqual(['1', '2', '3']);
    const then = new Date(Date.now() - 8 * DAY_MS);
    for (const slot of slots()) utimesSync(join(parent, slot), then, then);
    await tidyUp(storageDir, nothing, silentLog);
    expect(slots()).toEqual(['1', '3']);
  });

  it('are deleted at once where no journal is wanted', async () => {
    const { storageDir, slots } = await three();
    await deleteJournals(storageDir, silentLog);
    expect(slots()).toEqual(['1', '3']);
    await deleteJournals(join(storageDir, 'absent'), silentLog);
  });
});
