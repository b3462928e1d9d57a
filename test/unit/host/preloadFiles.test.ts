import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log';
import { installPreload } from '../../../src/host/debug/preloadFiles';

let from: string;
let to: string;
const LONG_AGO = new Date('2020-01-01');

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'spanline-preload-'));
  from = join(root, 'dist');
  to = join(root, 'storage', 'preload');
  await mkdir(join(from, 'hook'), { recursive: true });
  await writeFile(join(from, 'preload.cjs'), 'one');
  await writeFile(join(from, 'preload.cjs.map'), 'map');
  await writeFile(join(from, 'hook', 'hook.mjs'), 'hook');
});

describe('installing the preload', () => {
  it('copies the folder with its folders but no source maps, and names the entry', async () => {
    expect(await installPreload(from, to, silentLog)).toBe(join(to, 'preload.cjs'));
    expect((await readdir(to, { recursive: true })).sort()).toEqual(['hook', join('hook', 'hook.mjs'), 'preload.cjs']);
    expect(await readFile(join(to, 'hook', 'hook.mjs'), 'utf8')).toBe('hook');
  });

  it('does not touch a file that is the same already', async () => {
    await installPreload(from, to, silentLog);
    await utimes(join(to, 'preload.cjs'), LONG_AGO, LONG_AGO);
    await installPreload(from, to, silentLog);
    expect((await stat(join(to, 'preload.cjs'))).mtime).toEqual(LONG_AGO);
  });

  it('replaces what differs and leaves what it does not know: an older program may still load it', async () => {
    await installPreload(from, to, silentLog);
    await writeFile(join(to, 'older.cjs'), 'old');
    await writeFile(join(from, 'preload.cjs'), 'two');
    await installPreload(from, to, silentLog);
    expect(await readFile(join(to, 'preload.cjs'), 'utf8')).toBe('two');
    expect(await readFile(join(to, 'older.cjs'), 'utf8')).toBe('old');
  });

  it('removes the compiled code of a text that it replaces, and of no other', async () => {
    await installPreload(from, to, silentLog);
    const kept = 'other.cjs.1.cache';
    for (const name of ['preload.cjs.1.cache', 'preload.cjs.1.cache.77', kept]) await writeFile(join(to, name), 'code');
    await installPreload(from, to, silentLog);
    expect((await readdir(to)).filter((name) => name.includes('cache'))).toHaveLength(3);
    await writeFile(join(from, 'preload.cjs'), 'two');
    await installPreload(from, to, silentLog);
    expect((await readdir(to)).filter((name) => name.includes('cache'))).toEqual([kept]);
  });

  it('leaves no partial file behind, also when several windows install at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => installPreload(from, to, silentLog)));
    expect((await readdir(to, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(await readFile(join(to, 'preload.cjs'), 'utf8')).toBe('one');
  });

  it('says what is missing when the extension’s own folder is not whole', async () => {
    await rm(join(from, 'preload.cjs'));
    await expect(installPreload(from, to, silentLog)).rejects.toThrow(
      /preload\.cjs is missing; install Spanline again/,
    );
  });

  it.skipIf(process.getuid?.() === 0)('keeps an older copy that it may not replace', async () => {
    await installPreload(from, to, silentLog);
    await writeFile(join(from, 'preload.cjs'), 'two');
    await chmod(to, 0o500);
    expect(await installPreload(from, to, silentLog)).toBe(join(to, 'preload.cjs'));
    await chmod(to, 0o700);
    expect(await readFile(join(to, 'preload.cjs'), 'utf8')).toBe('one');
  });
});
