import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { WriterFiles } from '../../../src/journal/journalWriter';
import { openJournal, origin, replayed, segmentsIn, temporaryFolder } from './support';

const KB = 1024;
/** Of which segments are the eighth part. */
const MAX_BYTES = 16 * KB * KB;
const SEGMENT = MAX_BYTES / 8;
const RUN = origin('a');

/** A request of 700 kB that is told from others. */
function body(number: number): Buffer {
  return Buffer.from(`${number} `.padEnd(700 * KB, 'x'));
}

function preparedIn(storageDir: string): string[] {
  const names = fs.readdirSync(join(storageDir, 'journal'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.tmp'));
}

async function numbersIn(storageDir: string): Promise<number[]> {
  const { journal } = openJournal(storageDir, { maxBytes: MAX_BYTES });
  return (await replayed(journal)).map(({ text }) => parseInt(text));
}

describe('the next segment of a journal', () => {
  it('is prepared while one is written, and taken when that is full', async () => {
    const folder = temporaryFolder();
    const { journal } = openJournal(folder, { maxBytes: MAX_BYTES });
    journal.append('traces', body(1), RUN);
    await vi.waitFor(() => expect(preparedIn(folder)).toHaveLength(1), { timeout: 20_000 });
    await vi.waitFor(() => expect(sizesOf(folder, preparedIn(folder))).toEqual([SEGMENT]), { timeout: 20_000 });
    for (const number of [2, 3, 4]) journal.append('traces', body(number), RUN);
    const [first, second] = segmentsIn(folder).map((path) => fs.statSync(path).size);
    expect(first).toBeLessThan(SEGMENT);
    expect(second).toBe(SEGMENT);
    journal.close();
    await vi.waitFor(() => expect(preparedIn(folder)).toEqual([]), { timeout: 20_000 });
    expect(segmentsIn(folder).every((path) => fs.statSync(path).size < SEGMENT)).toBe(true);
    expect(await numbersIn(folder)).toEqual([1, 2, 3, 4]);
  });

  it('is read to where it was written when the engine was killed amid it', async () => {
    const folder = temporaryFolder();
    const { journal } = openJournal(folder, { maxBytes: MAX_BYTES });
    journal.append('traces', body(1), RUN);
    await vi.waitFor(() => expect(sizesOf(folder, preparedIn(folder))).toEqual([SEGMENT]), { timeout: 20_000 });
    for (const number of [2, 3, 4]) journal.append('traces', body(number), RUN);
    const asKilled = temporaryFolder();
    const isContent = (path: string) => !fs.statSync(path).isFile() || /\.(spj|tmp)$/.test(path);
    fs.cpSync(folder, asKilled, { recursive: true, filter: isContent });
    const { journal: next, logged } = openJournal(asKilled, { maxBytes: MAX_BYTES });
    expect((await replayed(next)).map(({ text }) => parseInt(text))).toEqual([1, 2, 3, 4]);
    expect(logged.filter((line) => line.startsWith('warn'))).toEqual([]);
    await vi.waitFor(() => expect(preparedIn(asKilled)).toEqual([]), { timeout: 20_000 });
  });

  it.each(['open', 'writev', 'linkSync'] as const)(
    'is made as ever where none can be prepared (%s)',
    async (failing) => {
      const folder = temporaryFolder();
      const failed = vi.fn();
      const fail = (...args: unknown[]) => {
        failed();
        const told = args.at(-1);
        const error = new Error('not today');
        if (typeof told !== 'function') throw error;
        told(error);
      };
      const files: WriterFiles = { ...fs, [failing]: fail };
      const { journal, problems } = openJournal(folder, { maxBytes: MAX_BYTES, files });
      for (const number of [1, 2, 3, 4, 5, 6, 7]) {
        journal.append('traces', body(number), RUN);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      await vi.waitFor(() => expect(failed).toHaveBeenCalled(), { timeout: 20_000 });
      journal.close();
      expect(problems).toEqual([]);
      expect(await numbersIn(folder)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    },
  );
});

function sizesOf(storageDir: string, names: readonly string[]): number[] {
  return names.map((name) => fs.statSync(join(storageDir, 'journal', name)).size);
}
