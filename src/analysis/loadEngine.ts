import { fileURLToPath } from 'node:url';
import { loadCompiled } from './compiledCode';
import type * as Module from './engine';
import { HEAP_MB, threadCount } from './threads/threadCount';
import { ScanThreads } from './threads/scanThreads';

/** The file beside the bundles that holds all that needs the compiler. Put in by the build; undefined where the sources run. */
declare const SPANLINE_COMPILER: string | undefined;
declare const SPANLINE_SCAN_THREAD: string;

/** Compiled code is kept by this name. */
const KIND = 'server';

/** Fewer are looked at between keystrokes before a thread has loaded the compiler. */
const BACKGROUND_FILES = 200;

/** After the start, which belongs to the documents that are open. */
const KEEP_AFTER_MS = 15_000;

/** As the server loads it: what V8 compiled is kept when the first files were looked at. */
export async function loadEngine(): Promise<Pick<typeof Module, 'Engine'>> {
  if (typeof SPANLINE_COMPILER === 'undefined') return import('./engine');
  const path = fileURLToPath(new URL(SPANLINE_COMPILER, import.meta.url));
  const { exports, keep } = loadCompiled<typeof Module>(path, KIND);
  setTimeout(keep, KEEP_AFTER_MS).unref();
  return exports;
}

/** Threads for a scan in the background; undefined where so few files are better looked at here. A core is left to who types. */
export function threadsFor(files: number): ScanThreads | undefined {
  if (typeof SPANLINE_COMPILER === 'undefined' || files < BACKGROUND_FILES) return undefined;
  const count = threadCount(files, 1);
  const [compiler, entry] = [SPANLINE_COMPILER, SPANLINE_SCAN_THREAD].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return new ScanThreads({ entry, compiler, kind: KIND, heapMb: HEAP_MB / 2 / count }, count);
}
