import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeCacheFolder, loadCompiled } from '../../../src/analysis/compiledCode';

const TEXT = `//abc123
exports.double = (n) => n * 2;
exports.where = [__dirname, typeof require('node:fs').readFileSync];
`;

let folder: string;
let file: string;
let cache: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanline-compiled-'));
  file = join(folder, 'part.cjs');
  cache = join(folder, 'cache');
  await writeFile(file, TEXT);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Part {
  double(n: number): number;
  readonly where: readonly string[];
}

const load = () => loadCompiled<Part>(file, 'test', cache);

describe('compiled code', () => {
  test('a file runs as a module, with nothing kept and with what the one before kept', async () => {
    for (const kept of [0, 1]) {
      expect(await readdir(cache).catch(() => [])).toHaveLength(kept);
      const { exports, keep } = load();
      expect(exports.double(21)).toBe(42);
      expect(exports.where).toEqual([folder, 'function']);
      keep();
    }
    expect(await readdir(cache)).toEqual([expect.stringMatching(/^part\.cjs\.abc123\.test-.*\.compiled$/)]);
  });

  test('what is there is used: a function that was compiled stays compiled', async () => {
    const body = Array.from({ length: 3000 }, (_, i) => `if (n === ${i}) return ${i};`).join('\n');
    await writeFile(file, `//def\nexports.double = (n) => { ${body}\nreturn n * 2; };`);
    const first = load();
    first.exports.double(1);
    first.keep();
    const [name] = await readdir(cache);
    // Many times what the outer function alone needs.
    expect((await readFile(join(cache, name))).length).toBeGreaterThan(20_000);
    expect(load().exports.double(1e6)).toBe(2e6);
  });

  test('what V8 refuses is replaced, so that the next process has something to use', async () => {
    load().keep();
    const [name] = await readdir(cache);
    const path = join(cache, name);
    const whole = await readFile(path);
    const foreign = Buffer.alloc(64, 7);
    await writeFile(path, Buffer.concat([createHash('sha256').update(foreign).digest(), foreign]));
    // Another text: that of before is known to this process without any cache.
    await writeFile(file, `${TEXT}exports.more = true;`);
    const { exports, keep } = load();
    expect(exports.double(4)).toBe(8);
    keep();
    expect((await readFile(path)).length).toBeGreaterThan(whole.length);
  });

  test('a file that is cut off, changed or open to others is not believed', async () => {
    load().keep();
    const [name] = await readdir(cache);
    const path = join(cache, name);
    const whole = await readFile(path);
    const changed = Buffer.from(whole);
    changed[changed.length >> 1] ^= 1;
    for (const spoilt of [whole.subarray(0, whole.length >> 1), changed, Buffer.alloc(0)]) {
      await writeFile(path, spoilt);
      const { exports, keep } = load();
      expect(exports.double(2)).toBe(4);
      keep();
      expect((await readFile(path)).equals(spoilt)).toBe(false);
    }
    if (process.platform === 'win32') return;
    await chmod(path, 0o666);
    load().keep();
    expect((await stat(path)).mode & 0o022).toBe(0);
  });

  test('where nothing can be written it goes without, and says nothing', async () => {
    await writeFile(cache, 'no folder');
    const { exports, keep } = load();
    keep();
    expect(exports.double(3)).toBe(6);
  });

  test('another text has code of its own, and what nobody has used for long is removed', async () => {
    load().keep();
    const [old] = await readdir(cache);
    await utimes(join(cache, old), 0, 0);
    await writeFile(file, TEXT.replace('abc123', 'abc124').replace('n * 2', 'n * 3'));
    const { exports, keep } = load();
    expect(exports.double(2)).toBe(6);
    keep();
    expect(await readdir(cache)).toEqual([expect.stringContaining('abc124')]);
  });

  test('it lies where programs of the user keep what can be made anew', () => {
    expect(codeCacheFolder({ SPANLINE_CODE_CACHE: '/ci/cache' }, 'linux')).toBe('/ci/cache');
    expect(codeCacheFolder({ XDG_CACHE_HOME: '/home/a/c' }, 'linux')).toBe(join('/home/a/c', 'spanline'));
    expect(codeCacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux')).toMatch(/[\\/]\.cache[\\/]spanline$/);
    expect(codeCacheFolder({}, 'darwin')).toMatch(/Library[\\/]Caches[\\/]spanline$/);
    expect(codeCacheFolder({ LOCALAPPDATA: 'C:/a' }, 'win32')).toBe(join('C:/a', 'spanline', 'Cache'));
  });
});
