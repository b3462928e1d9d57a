import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WriterFiles } from '../../../src/journal/journalWriter';
import { canMount, openJournal, origin, segmentsIn, temporaryFolder, textsIn } from './support';

const BODY = 'x'.repeat(1000);

/** A file system that fails with `code` where it is asked to; of a write it takes `part` bytes before. */
class FailingFiles {
  code: string | undefined;
  part = 0;
  readonly files: WriterFiles = {
    ...fs,
    openSync: ((path: string, flags: string, mode: number) => {
      this.failIf('EMFILE');
      return fs.openSync(path, flags, mode);
    }) as typeof fs.openSync,
    writevSync: (descriptor, parts) => {
      if (this.code === undefined) return fs.writevSync(descriptor, parts);
      if (this.part === 0) this.fail();
      return fs.writeSync(descriptor, Buffer.concat(parts as Uint8Array[]).subarray(0, this.part));
    },
    writeSync: ((descriptor: number, rest: Buffer, offset: number) => {
      if (this.code !== undefined) this.fail();
      return fs.writeSync(descriptor, rest, offset);
    }) as typeof fs.writeSync,
  };

  private failIf(code: string): void {
    if (this.code === code) this.fail();
  }

  private fail(): never {
    throw Object.assign(new Error(`${this.code}: not today, write`), { code: this.code });
  }
}

describe('a disk that fails', () => {
  it.each([
    ['ENOSPC', 0, 'Free some disk space'],
    ['ENOSPC', 37, 'Free some disk space'],
    ['EDQUOT', 500, 'quota'],
    ['EIO', 10, 'Look at the disk'],
    ['EMFILE', 0, 'ulimit -n'],
  ])('(%s after %i bytes) is told with its remedy once, and tried again later', async (code, part, remedy) => {
    const folder = temporaryFolder();
    const disk = new FailingFiles();
    let now = 0;
    const { journal, logged, problems } = openJournal(folder, { files: disk.files, clock: () => now });
    const append = (text: string) => journal.append('traces', Buffer.from(text + BODY), origin('a'));
    expect(append('before')).toBe(true);

    disk.code = code;
    disk.part = part;
    for (let i = 0; i < 10; i++, now += 2_000) expect(append('missed')).toBe(false);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(code);
    expect(problems[0]).toContain(remedy);
    expect(problems[0]).toContain('spanline.journal.enabled');
    expect(logged.filter((line) => line.startsWith('warn'))).toHaveLength(1);

    disk.code = undefined;
    now += 10_000;
    expect(append('after')).toBe(true);
    expect(problems).toEqual([problems[0], undefined]);
    expect(logged.at(-1)).toBe('info: The journal is written again; 10 requests were not when they came');
    journal.close();
    expect(await textsIn(folder)).toEqual([`before${BODY}`, `after${BODY}`]);
  });

  it('is asked only every few seconds', () => {
    const disk = new FailingFiles();
    let [now, asked] = [0, 0];
    const writevSync: WriterFiles['writevSync'] = (descriptor, parts) => {
      asked++;
      return disk.files.writevSync(descriptor, parts);
    };
    const { journal } = openJournal(temporaryFolder(), { files: { ...disk.files, writevSync }, clock: () => now });
    disk.code = 'ENOSPC';
    for (; now < 60_000; now += 10) journal.append('traces', Buffer.from(BODY), origin('a'));
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(15);
  });

  it('leaves no half a record behind', () => {
    const folder = temporaryFolder();
    const disk = new FailingFiles();
    const { journal } = openJournal(folder, { files: disk.files });
    journal.append('traces', Buffer.from(BODY), origin('a'));
    const { size } = fs.statSync(segmentsIn(folder)[0]);
    disk.code = 'ENOSPC';
    disk.part = 512;
    journal.append('traces', Buffer.from(BODY), origin('a'));
    expect(segmentsIn(folder).map((path) => fs.statSync(path).size)).toEqual([size]);
    expect(journal.bytes).toBe(size);
  });

  it('may take a request in several parts', async () => {
    const folder = temporaryFolder();
    const files: WriterFiles = {
      ...fs,
      writevSync: (descriptor, parts) => fs.writeSync(descriptor, Buffer.concat(parts as Uint8Array[]).subarray(0, 11)),
      writeSync: ((descriptor: number, rest: Buffer, offset: number) =>
        fs.writeSync(descriptor, rest, offset, Math.min(100, rest.length - offset))) as typeof fs.writeSync,
    };
    const { journal } = openJournal(folder, { files });
    expect(journal.append('traces', Buffer.from(BODY), origin('a'))).toBe(true);
    journal.close();
    expect(await textsIn(folder)).toEqual([BODY]);
  });
});

describe('a folder', () => {
  it('that cannot be made is told, and receiving goes on; once it can, it is used', () => {
    const parent = temporaryFolder();
    const storageDir = join(parent, 'taken');
    fs.writeFileSync(storageDir, 'a file where the folder should be');
    let now = 0;
    const { journal } = openJournal(storageDir, { clock: () => now });
    expect(journal.append('traces', Buffer.from('x'), origin('a'))).toBe(false);
    expect(journal.problem).toMatch(/cannot be written \((ENOTDIR|EEXIST)/);
    fs.rmSync(storageDir);
    now += 60_000;
    expect(journal.append('traces', Buffer.from('x'), origin('a'))).toBe(true);
    expect(journal.problem).toBeUndefined();
  });

  it('that was deleted is made anew', async () => {
    const storageDir = temporaryFolder();
    let now = 0;
    const { journal } = openJournal(storageDir, { clock: () => now, maxBytes: 16 * 1024 });
    const append = () => journal.append('traces', Buffer.from(BODY), origin('a'));
    append();
    fs.rmSync(join(storageDir, 'journal'), { recursive: true });
    while (append());
    now += 60_000;
    expect(append()).toBe(true);
    journal.close();
    expect(await textsIn(storageDir)).toEqual([BODY]);
  });

  it('that was deleted while little came is missed at the next sign of life, and that is told', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const storageDir = temporaryFolder();
    const { journal, logged, problems } = openJournal(storageDir);
    expect(journal.lostAt).toBeUndefined();
    journal.append('traces', Buffer.from('before'), origin('a'));
    fs.rmSync(join(storageDir, 'journal'), { recursive: true });
    vi.advanceTimersByTime(15_000);
    expect(logged).toContainEqual(expect.stringContaining('was deleted'));
    expect([journal.lostAt, problems]).toEqual([Date.now(), [undefined]]);
    journal.append('traces', Buffer.from('after'), origin('a'));
    journal.close();
    expect(await textsIn(storageDir)).toEqual(['after']);
    journal.clear();
    expect(journal.lostAt).toBeUndefined();
  });
});

describe.runIf(canMount())('a real disk that is full', () => {
  it('keeps what it had, and takes more once there is room', async () => {
    const folder = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
    onTestFinished(() => void execFileSync('umount', ['-l', folder]));
    fs.writeFileSync(join(folder, 'ballast'), Buffer.alloc(100_000));
    let now = 0;
    const { journal } = openJournal(folder, { clock: () => now });
    const append = (name: string) => journal.append('traces', Buffer.from(name.padEnd(3000, '.')), origin('a'));
    let kept = 0;
    while (append(`kept ${kept}`)) kept++;
    expect(kept).toBeGreaterThan(20);
    expect(journal.problem).toContain('ENOSPC');
    fs.rmSync(join(folder, 'ballast'));
    now += 60_000;
    expect(append('later')).toBe(true);
    expect(journal.problem).toBeUndefined();
    journal.close();
    const names = (await textsIn(folder)).map((text) => text.replace(/\.+$/, ''));
    expect(names).toEqual([...Array.from({ length: kept }, (_, i) => `kept ${i}`), 'later']);
  });

  it('that is read-only is told', () => {
    const folder = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', folder]);
    onTestFinished(() => void execFileSync('umount', ['-l', folder]));
    const { journal } = openJournal(folder);
    expect(journal.append('traces', Buffer.from('x'), origin('a'))).toBe(false);
    expect(journal.problem).toMatch(/EROFS.*Make the folder writable/);
  });
});
