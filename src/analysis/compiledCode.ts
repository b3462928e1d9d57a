import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';
import { CODE_CACHE_VARIABLE } from '../protocol/analysis';

export interface Compiled<M> {
  readonly exports: M;
  /**
   * Leaves what V8 has compiled so far for the processes that come, unless an earlier one left what V8 takes. About a tenth of a second, once a version;
   * never throws.
   */
  readonly keep: () => void;
}

/** The build tells in the first line what is in the file: V8 itself looks at the length alone. */
const STAMP = /^\/\/(\w+)\n/;
const DIGEST_BYTES = 32;
/** What other versions left, and nobody has used for so long. */
const STALE_MS = 30 * 24 * 3600 * 1000;

/**
 * Runs a CommonJS file whose compiled code is kept between processes: more than half of what loading the compiler costs is V8 reading
 * its text. `kind` tells apart processes that set V8 up differently, since V8 takes back only what was made under its own flags.
 */
export function loadCompiled<M>(path: string, kind: string, folder = codeCacheFolder(process.env)): Compiled<M> {
  const text = readFileSync(path, 'latin1'); // the build writes nothing but ASCII
  const cache = join(folder, cacheName(basename(path), STAMP.exec(text)?.[1] ?? digest(text).toString('hex'), kind));
  const cachedData = readCache(cache);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: path,
    cachedData,
  });
  const module = { exports: {} as M };
  const run = script.runInThisContext() as (...names: unknown[]) => void;
  run(module.exports, createRequire(path), module, path, dirname(path));
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  return { exports: module.exports, keep: () => (isKept ? undefined : write(cache, script)) };
}

/** Where programs of this user keep what they can make anew, or where the variable says. */
export function codeCacheFolder(env: NodeJS.ProcessEnv, platform: string = process.platform): string {
  const set = env[CODE_CACHE_VARIABLE];
  if (set !== undefined && isAbsolute(set)) return set;
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'spanline', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'spanline');
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'spanline');
}

function cacheName(file: string, stamp: string, kind: string): string {
  const flags = digest(JSON.stringify([process.execArgv, process.env['NODE_OPTIONS']]))
    .toString('hex')
    .slice(0, 8);
  return `${file}.${stamp}.${kind}-${flags}-${process.versions.v8}-${process.arch}.compiled`;
}

/** Undefined as well where another user could have written it, or where it is not whole: V8 believes what it is given, down to a crash. */
function readCache(path: string): Buffer | undefined {
  try {
    const fd = openSync(path, 'r');
    try {
      const { uid, mode } = fstatSync(fd);
      const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
      const file = isOurs ? readFileSync(fd) : Buffer.alloc(0);
      const data = file.subarray(DIGEST_BYTES);
      return data.length > 0 && digest(data).equals(file.subarray(0, DIGEST_BYTES)) ? data : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function write(path: string, script: Script): void {
  const partial = `${path}.${process.pid}`;
  try {
    keepWhole(path, partial, script);
    removeStale(dirname(path));
  } catch {
    removeQuietly(partial); // nothing can be kept there: it goes without
  }
}

/** It reaches the disk before it gets its name. */
function keepWhole(path: string, partial: string, script: Script): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const data = script.createCachedData();
  const fd = openSync(partial, 'wx', 0o600);
  try {
    const file = Buffer.concat([digest(data), data]);
    if (writeSync(fd, file) !== file.length) throw new Error('the disk is full');
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(partial, path);
}

function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isStale = /\.compiled(\.\d+)?$/.test(name) && Date.now() - statSync(path).mtimeMs > STALE_MS;
    if (isStale) rmSync(path, { force: true });
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // the folder is none
  }
}

function digest(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
