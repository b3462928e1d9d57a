import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Journal } from '../../../src/journal/journal';
import { SlotRequest } from '../../../src/journal/slotRequest';
import { openJournal, origin, replayed, temporaryFolder, textsIn, type TestJournal } from './support';

/** A journal of which `isAttended` says whether its window is still there. */
function journalOf(storageDir: string, isAttended: () => Promise<boolean>): TestJournal {
  return openJournal(storageDir, { isAttended });
}

const gone = () => Promise.resolve(false);
const there = () => Promise.resolve(true);

const keep = (journal: Journal, ...texts: string[]) => {
  for (const text of texts) journal.append('traces', Buffer.from(text), origin('a'));
};

/** What the next window on the same folder is shown. */
async function shownTo({ journal }: TestJournal): Promise<string[]> {
  return (await replayed(journal)).map(({ text }) => text);
}

function newcomer(storageDir: string): TestJournal {
  const opened = journalOf(storageDir, there);
  opened.journal.askOthers();
  return opened;
}

const requestsIn = (storageDir: string) =>
  readdirSync(join(storageDir, 'journal')).filter((name) => name.endsWith('.wanted'));

describe('a journal whose window is gone though its engine lives on', () => {
  it('is taken over by the next window, and what came to that one meanwhile follows', async () => {
    const storageDir = temporaryFolder();
    const old = journalOf(storageDir, gone);
    keep(old.journal, 'one', 'two');
    const next = newcomer(storageDir);
    keep(next.journal, 'three');
    expect(next.journal.hasPast).toBe(true);
    expect(await shownTo(next)).toEqual(['one', 'two', 'three']);
    keep(next.journal, 'four');
    next.journal.close();
    expect(await textsIn(storageDir)).toEqual(['one', 'two', 'three', 'four']);
    expect(requestsIn(storageDir)).toEqual([]);
    expect(old.logged).toContainEqual(expect.stringMatching(/^info: No window shows what is in .*1 any more/));
  });

  it('goes on beside, and its engine writes nothing into what another one has', async () => {
    const storageDir = temporaryFolder();
    const old = journalOf(storageDir, gone);
    keep(old.journal, 'one');
    const former = old.journal.ownFolder;
    const next = newcomer(storageDir);
    expect(await shownTo(next)).toEqual(['one']);
    keep(old.journal, 'for the one that is gone');
    expect(old.journal.ownFolder).toBeDefined();
    expect(old.journal.ownFolder).not.toBe(next.journal.ownFolder);
    expect([former, old.journal.problem]).toEqual([expect.any(String), undefined]);
    const after = newcomer(storageDir);
    expect(await shownTo(after), 'of the window after next').toEqual(['for the one that is gone']);
  });

  it('is joined with what the next window had itself, in the order in which both were received', async () => {
    const storageDir = temporaryFolder();
    const own = journalOf(storageDir, there);
    const old = journalOf(storageDir, gone);
    keep(own.journal, 'first');
    own.journal.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    keep(old.journal, 'second');
    expect(await shownTo(newcomer(storageDir))).toEqual(['first', 'second']);
  });

  it('is forgotten when the next window is cleared before it has it', async () => {
    const storageDir = temporaryFolder();
    const old = journalOf(storageDir, gone);
    keep(old.journal, 'one');
    const next = newcomer(storageDir);
    keep(next.journal, 'two');
    next.journal.clear();
    keep(next.journal, 'three');
    await expect(shownTo(next)).rejects.toThrow('did not come to its end');
    next.journal.close();
    old.journal.close();
    expect(await textsIn(storageDir)).toEqual(['three']);
  });

  it('stays where it is when the next window is closed before it has it', async () => {
    const storageDir = temporaryFolder();
    let answer = (_: boolean) => {};
    const old = journalOf(storageDir, () => new Promise((resolve) => (answer = resolve)));
    keep(old.journal, 'one');
    const next = newcomer(storageDir);
    await vi.waitFor(() => expect(requestsIn(storageDir)).toHaveLength(1), { timeout: 20_000 });
    next.journal.close();
    await vi.waitFor(() => expect(requestsIn(storageDir)).toEqual([]), { timeout: 20_000 });
    answer(false);
    await new Promise((resolve) => setTimeout(resolve, 50));
    keep(old.journal, 'two');
    old.journal.close();
    expect(await textsIn(storageDir)).toEqual(['one', 'two']);
  });
});

describe('a journal whose window is there', () => {
  it('is kept, and the next window begins with nothing, soon', async () => {
    const storageDir = temporaryFolder();
    const old = journalOf(storageDir, there);
    keep(old.journal, 'mine');
    const next = newcomer(storageDir);
    keep(next.journal, 'yours');
    const began = performance.now();
    expect(await shownTo(next)).toEqual(['yours']);
    expect(performance.now() - began).toBeLessThan(2_000);
    keep(old.journal, 'mine too');
    old.journal.close();
    expect(await textsIn(storageDir)).toEqual(['mine', 'mine too']);
  });

  it('is not asked for when there is nothing in it', () => {
    const storageDir = temporaryFolder();
    journalOf(storageDir, there);
    expect(newcomer(storageDir).journal.hasPast).toBe(false);
  });
});

describe('the wish for a journal', () => {
  function heldFolder(): string {
    const folder = join(temporaryFolder(), '1');
    mkdirSync(folder);
    return folder;
  }

  it('is one engine’s at a time; the next waits till that is settled', () => {
    const folder = heldFolder();
    const [first, second] = [new SlotRequest(folder), new SlotRequest(folder)];
    expect([first.ask(), second.ask(), first.ask()]).toEqual([true, true, true]);
    second.withdraw();
    expect(existsSync(`${folder}.wanted`)).toBe(true);
    first.withdraw();
    expect(second.ask()).toBe(true);
    expect(first.ask(), 'refused, as far as the first can know').toBe(false);
  });

  it('does not count any more when whoever had it is gone', () => {
    const folder = heldFolder();
    writeFileSync(`${folder}.wanted`, 'somebody');
    const then = new Date(Date.now() - 60_000);
    utimesSync(`${folder}.wanted`, then, then);
    const request = new SlotRequest(folder);
    onTestFinished(() => request.withdraw());
    expect([request.ask(), request.ask()]).toEqual([true, true]);
  });
});
