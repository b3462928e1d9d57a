import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECORD_HEAD_BYTES, SEGMENT_HEAD_BYTES } from '../../../src/journal/record';
import { openJournal, origin, replayed, segmentsIn, temporaryFolder, textsIn } from './support';

const MIB = 1024 * 1024;

describe('a journal', () => {
  it('gives back to the next engine what it was given, in order, with origin and time', async () => {
    const folder = temporaryFolder();
    let now = 1000;
    const { journal } = openJournal(folder, { clock: () => now++ });
    expect(journal.append('traces', Buffer.from('one'), origin('a'))).toBe(true);
    journal.append('logs', Buffer.from('two'), origin('b', 'preload'));
    journal.append('metrics', Buffer.from(''), origin('a'));
    journal.append('traces', Buffer.from('four'), origin('b', 'preload'));
    journal.close();
    expect(await replayed(openJournal(folder).journal)).toEqual([
      { signal: 'traces', text: 'one', origin: origin('a'), receivedAt: 1000 },
      { signal: 'logs', text: 'two', origin: origin('b', 'preload'), receivedAt: 1001 },
      { signal: 'metrics', text: '', origin: origin('a'), receivedAt: 1002 },
      { signal: 'traces', text: 'four', origin: origin('b', 'preload'), receivedAt: 1003 },
    ]);
  });

  it('has written a request when it has taken it, although nobody closes it', async () => {
    const folder = temporaryFolder();
    const { journal } = openJournal(folder);
    journal.append('traces', Buffer.from('kept'), origin('a'));
    const bytes = readFileSync(segmentsIn(folder)[0]);
    expect(bytes.subarray(-4).toString()).toBe('kept');
    expect(bytes.length).toBe(journal.bytes);
  });

  it('writes nothing before something comes', () => {
    const folder = temporaryFolder();
    openJournal(folder);
    expect(segmentsIn(folder)).toEqual([]);
  });

  it('gives back also what is appended while it is read', async () => {
    const folder = temporaryFolder();
    const first = openJournal(folder).journal;
    for (let i = 0; i < 10; i++) first.append('traces', Buffer.from(`old ${i}`), origin('a'));
    first.close();
    const { journal } = openJournal(folder);
    const texts: string[] = [];
    await journal.replayTo({
      take: (_, request) => {
        texts.push(Buffer.from(request).toString());
        if (texts.length <= 10) journal.append('traces', Buffer.from(`new ${texts.length}`), origin('b'));
      },
      clear: () => {},
      caughtUp: () => texts.push('caught up'),
    });
    expect(texts.slice(9, 12)).toEqual(['old 9', 'new 1', 'new 2']);
    expect(texts.slice(-2)).toEqual(['new 10', 'caught up']);
  });

  it('lets other work of its thread go on while it is read', async () => {
    const folder = temporaryFolder();
    const first = openJournal(folder).journal;
    for (let i = 0; i < 100; i++) first.append('traces', Buffer.alloc(10), origin('a'));
    first.close();
    let turns = 0;
    const turn = setInterval(() => turns++, 0);
    await openJournal(folder).journal.replayTo({
      take: () => {
        const until = performance.now() + 1;
        while (performance.now() < until);
      },
      clear: () => {},
      caughtUp: () => clearInterval(turn),
    });
    expect(turns).toBeGreaterThan(4);
  });

  it('forgets everything before it was cleared, even where the files were not deleted any more', async () => {
    const folder = temporaryFolder();
    const { journal } = openJournal(folder);
    journal.append('traces', Buffer.from('forgotten'), origin('a'));
    const [old] = segmentsIn(folder);
    const before = readFileSync(old);
    journal.clear();
    journal.append('traces', Buffer.from('after'), origin('a'));
    journal.close();
    await expect.poll(() => segmentsIn(folder).length).toBe(1);
    expect(await textsIn(folder)).toEqual(['after']);
    writeFileSync(old, before);
    expect(await textsIn(folder)).toEqual(['after']);
  });

  it('is for its user alone', () => {
    const folder = temporaryFolder();
    openJournal(folder).journal.append('traces', Buffer.from('x'), origin('a'));
    expect(statSync(segmentsIn(folder)[0]).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'journal')).mode & 0o077).toBe(0);
  });
});

describe('a journal with a limit', () => {
  it('deletes its oldest part, and holds the newest', async () => {
    const folder = temporaryFolder();
    const { journal } = openJournal(folder, { maxBytes: MIB });
    for (let i = 0; i < 100; i++) {
      journal.append('traces', Buffer.alloc(40_000, `${i} `), origin('a'));
      expect(journal.bytes).toBeLessThanOrEqual(MIB);
    }
    journal.close();
    const onDisk = () => segmentsIn(folder).reduce((sum, path) => sum + statSync(path).size, 0);
    await expect.poll(onDisk).toBeLessThanOrEqual(MIB);
    const firsts = (await textsIn(folder)).map((text) => Number(text.split(' ')[0]));
    expect(firsts.at(-1)).toBe(99);
    expect(firsts).toEqual(firsts.map((_, i) => 100 - firsts.length + i));
    expect(firsts.length).toBeGreaterThan(18);
  });

  it('keeps a request that is larger than its limit until the next one comes', async () => {
    const folder = temporaryFolder();
    const { journal } = openJournal(folder, { maxBytes: MIB });
    expect(journal.append('traces', Buffer.alloc(3 * MIB, 'x'), origin('a'))).toBe(true);
    expect(segmentsIn(folder)).toHaveLength(1);
    journal.append('traces', Buffer.from('next'), origin('a'));
    journal.close();
    await expect.poll(() => segmentsIn(folder).length).toBe(1);
    expect(await textsIn(folder)).toEqual(['next']);
  });

  it('deletes what is too much for a lower one', () => {
    const folder = temporaryFolder();
    const { journal } = openJournal(folder, { maxBytes: 32 * MIB });
    for (let i = 0; i < 16; i++) journal.append('traces', Buffer.alloc(MIB), origin('a'));
    journal.setMaxBytes(8 * MIB);
    expect(journal.bytes).toBeLessThanOrEqual(8 * MIB);
    expect(journal.bytes).toBeGreaterThan(2 * MIB);
  });
});

describe('a damaged journal', () => {
  const TEXTS = Array.from({ length: 20 }, (_, i) => `request ${i} ${'.'.repeat(i * 13)}`);

  function written(): { folder: string; path: string } {
    const folder = temporaryFolder();
    const { journal } = openJournal(folder);
    for (const text of TEXTS) journal.append('traces', Buffer.from(text), origin('a'));
    journal.close();
    return { folder, path: segmentsIn(folder)[0] };
  }

  async function read(folder: string) {
    const { journal, logged } = openJournal(folder);
    const texts = (await replayed(journal)).map(({ text }) => text);
    journal.close();
    return { texts, logged };
  }

  it('that ends anywhere within its last record gives back all others, and says so quietly', async () => {
    const { folder, path } = written();
    const whole = readFileSync(path);
    const last = RECORD_HEAD_BYTES + TEXTS[19].length;
    for (let cut = 1; cut < last; cut += 7) {
      truncateSync(path, whole.length - cut);
      const { texts, logged } = await read(folder);
      expect(texts, `cut by ${cut}`).toEqual(TEXTS.slice(0, 19));
      expect(logged.filter((line) => line.startsWith('debug') && line.includes('no whole record'))).toHaveLength(1);
      expect(logged.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
      writeFileSync(path, whole);
    }
  });

  it('whose last record is zeros, as a crash of the system leaves it, gives back all others', async () => {
    const { folder, path } = written();
    const whole = readFileSync(path);
    for (const zeros of [1, 5, TEXTS[19].length, TEXTS[19].length + RECORD_HEAD_BYTES]) {
      writeFileSync(path, Buffer.concat([whole.subarray(0, whole.length - zeros), Buffer.alloc(zeros + 4096)]));
      expect((await read(folder)).texts).toEqual(TEXTS.slice(0, 19));
    }
  });

  it('loses only the record that a changed byte belongs to, whichever byte it is', async () => {
    const { folder, path } = written();
    const whole = readFileSync(path);
    const named = whole.indexOf('request 0') - RECORD_HEAD_BYTES;
    for (let at = named; at < whole.length; at += 11) {
      const changed = Buffer.from(whole);
      changed[at] ^= 1 << (at % 8);
      writeFileSync(path, changed);
      const { texts, logged } = await read(folder);
      expect(texts.length, `byte ${at}`).toBe(19);
      expect(TEXTS).toEqual(expect.arrayContaining(texts));
      expect(logged.some((line) => /damaged|no whole record/.test(line))).toBe(true);
    }
  });

  it('gives nothing back to the wrong run when it does not know a record’s', async () => {
    const { folder, path } = written();
    const changed = readFileSync(path);
    changed[SEGMENT_HEAD_BYTES + RECORD_HEAD_BYTES + 2] ^= 1;
    writeFileSync(path, changed);
    expect((await read(folder)).texts).toEqual([]);
  });

  it.each([
    ['nothing', 'debug', Buffer.alloc(0)],
    ['less than a head', 'debug', Buffer.from('SPAN')],
    ['something else', 'warn', Buffer.alloc(5000, 'x')],
    ['a later version', 'warn', Buffer.concat([Buffer.from('SPANJRNL'), Buffer.from([9, 0, 0, 0]), Buffer.alloc(100)])],
  ])('passes over a file that holds %s, and goes on writing beside it', async (_, level, content) => {
    const { folder, path } = written();
    writeFileSync(path.replace('00000001', '00000000'), content);
    const { journal, logged } = openJournal(folder);
    expect((await replayed(journal)).map(({ text }) => text)).toEqual(TEXTS);
    expect(logged.filter((line) => line.includes('passed over')).map((line) => line.split(':')[0])).toEqual([level]);
    expect(journal.append('traces', Buffer.from('new'), origin('a'))).toBe(true);
  });

  it('passes over a file that cannot be read', async () => {
    const { folder, path } = written();
    chmodSync(path, 0);
    const isRoot = process.getuid?.() === 0;
    expect((await read(folder)).texts).toEqual(isRoot ? TEXTS : []);
  });

  it('leaves files of others alone', async () => {
    const { folder } = written();
    const notes = join(folder, 'journal', '1', 'notes.txt');
    writeFileSync(notes, 'mine');
    expect((await read(folder)).texts).toEqual(TEXTS);
    expect(readdirSync(join(folder, 'journal', '1'))).toContain('notes.txt');
  });
});

describe('a segment over which the engine ends', () => {
  /** A folder as an engine of process `pid` leaves it that ended, for the `attempts`-th time, over the first segment. */
  async function left(pid: number, attempts: number) {
    const folder = temporaryFolder();
    const { journal } = openJournal(folder, { maxBytes: 4 * MIB });
    journal.append('traces', Buffer.alloc(MIB, 'deadly'), origin('a'));
    journal.append('traces', Buffer.from('harmless'), origin('a'));
    journal.close();
    writeFileSync(join(folder, 'journal', '1', 'replaying'), JSON.stringify({ pid, sequence: 1, attempts }));
    return folder;
  }

  async function read(folder: string) {
    const { journal, logged } = openJournal(folder, { maxBytes: 64 * MIB });
    const texts = (await replayed(journal)).map(({ text }) => text.slice(0, 8));
    journal.close();
    return { texts, told: logged.filter((line) => line.startsWith('error')) };
  }

  it('twice in one process is set aside, and told', async () => {
    const folder = await left(process.pid, 2);
    const { texts, told } = await read(folder);
    expect(texts).toEqual(['harmless']);
    expect(told).toEqual([expect.stringContaining('00000001.spj')]);
    expect(await read(folder)).toEqual({ texts: ['harmless'], told: [] });
    expect(readdirSync(join(folder, 'journal', '1')).sort()).toEqual(['00000001.spj.refused', '00000002.spj']);
  });

  it.each([
    ['once', process.pid, 1],
    ['in processes that were killed, however often', process.pid + 1, 9],
  ])('%s is read again', async (_, pid, attempts) => {
    const folder = await left(pid, attempts);
    expect(await read(folder)).toEqual({ texts: ['deadlyde', 'harmless'], told: [] });
    expect(readdirSync(join(folder, 'journal', '1'))).not.toContain('replaying');
  });
});
