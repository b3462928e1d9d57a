import { realpathSync } from 'fs';
import type * as WorkerThreads from 'worker_threads';

/** The oldest Node that the later stages run on. */
const OLDEST_MAJOR = 18;

/**
 * A thread that runs loader hooks evaluates preloads too, but never the user's code. `isInternalThread` tells on new versions;
 * older ones show it on the stack.
 */
const LOADER_THREAD = /customizedModuleWorker|initializeHooks|internal\/modules\/esm\/worker/;

const COMPILED = /\.([cm]?)js$/;

export function supportsCapture(versions: { readonly node?: string }): boolean {
  return parseInt(versions.node || '0', 10) >= OLDEST_MAJOR;
}

/** Some functions of `process` are switched off in workers; asking that is free, loading `worker_threads` takes a millisecond. */
export function isWorker(): boolean {
  return (process.chdir as { disabled?: boolean }).disabled === true;
}

export function workerThreads(): typeof WorkerThreads & { isInternalThread?: boolean } {
  return module.require('worker_threads');
}

export function isLoaderThread(): boolean {
  if (!isWorker()) return false;
  const { isInternalThread } = workerThreads();
  if (isInternalThread !== undefined) return isInternalThread;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const stack = new Error().stack || '';
  Error.stackTraceLimit = limit;
  return LOADER_THREAD.test(stack);
}

/** The real path of the program's main script; undefined in workers, for `-e`, and at the prompt. */
export function mainScript(): string | undefined {
  const script = process.argv[1];
  if (!script || isWorker()) return undefined;
  try {
    return realpathSync(require.resolve(script)); // `node app` means app.js, `node .` the folder's main
  } catch {
    // A loader may find the TypeScript file where the script is named as what that would become.
    return realPath(script) || realPath(script.replace(COMPILED, '.$1ts'));
  }
}

function realPath(script: string): string | undefined {
  try {
    return realpathSync(script);
  } catch {
    return undefined;
  }
}
