import { existsSync, readFileSync } from 'fs';
import type * as Vm from 'vm';
import { CODE_CACHE_EXTENSION } from '../../protocol/preload';
import type { Host } from '../host';
import { nodeLoader } from './nodeLoader';

const COMMENT = '//';
const TRAILER_BYTES = 4;
/** Functions that the program's first second has called are kept compiled; what is called later does not hurry. */
const SETTLED_MS = 1000;

/**
 * Loads a file of ours. Most of what that costs is V8's reading of the text; so the first process of a version of Node leaves beside the
 * file what V8 made of it, for all that come after. Not by `require`, which the program may have patched to see what is loaded.
 */
export function loadPart<M>(host: Host, file: string): M {
  const path = host.home + file;
  const loader = nodeLoader();
  let run: Run;
  try {
    run = compiled(host, file, loader._load('vm', module, false) as typeof Vm);
  } catch {
    return loader._load(path, module, false) as M;
  }
  const part = new loader(path);
  part.filename = path;
  run(part.exports, part, path);
  return part.exports as M;
}

type Run = (exports: unknown, module: unknown, filename: string) => void;

function compiled(host: Host, file: string, { Script }: typeof Vm): Run {
  const path = host.home + file;
  const text = readFileSync(path, 'utf8');
  const stamp = stampOf(text);
  const cache = `${path}.${stamp}.${process.version}-${process.arch}${CODE_CACHE_EXTENSION}`;
  const cachedData = readCache(cache);
  const script = new Script(`(function (exports, module, __filename, require) {${text}\n})`, {
    filename: path,
    cachedData,
  });
  host.debug(
    () => `${file}: ${cachedData ? (script.cachedDataRejected ? 'compiled code refused' : 'compiled code') : 'text'}`,
  );
  // One that V8 turns down was made under other flags: two kinds of process would replace each other's for ever.
  if (!cachedData) writeWhenSettled(host, cache, script);
  return script.runInThisContext() as Run;
}

/** The build tells in the first line what is in the file: V8 itself looks at the length alone. */
function stampOf(text: string): string {
  if (text.slice(0, COMMENT.length) !== COMMENT) throw new Error('The file has no stamp');
  return text.slice(COMMENT.length, text.indexOf('\n'));
}

function readCache(cache: string): Buffer | undefined {
  if (!existsSync(cache)) return undefined;
  const data = readFileSync(cache);
  const end = data.length - TRAILER_BYTES;
  return end > 0 && data.readUInt32LE(end) === end ? data.subarray(0, end) : undefined;
}

/**
 * V8 believes what it is given, down to a crash. So the data reaches the disk before it gets its name, and its length stands at its
 * end.
 */
function writeWhenSettled(host: Host, cache: string, script: Vm.Script): void {
  if (host.thread !== 0) return;
  const { openSync, writeSync, fsyncSync, closeSync, renameSync } = host.files;
  const write = () => {
    process.removeListener('exit', write);
    try {
      const partial = `${cache}.${process.pid}`;
      const fd = openSync(partial, 'wx');
      const data = script.createCachedData();
      const trailer = Buffer.alloc(TRAILER_BYTES);
      trailer.writeUInt32LE(data.length, 0);
      const written = writeSync(fd, Buffer.concat([data, trailer]));
      fsyncSync(fd);
      closeSync(fd);
      if (written !== data.length + TRAILER_BYTES) throw new Error('the disk is full');
      renameSync(partial, cache);
    } catch {
      // another process is at it, or nothing can be written there: it goes without
    }
  };
  process.on('exit', write);
  host.outsideContext(() => host.timers.setTimeout(write, SETTLED_MS).unref());
}
