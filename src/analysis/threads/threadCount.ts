import { availableParallelism } from 'node:os';

/** Beyond, a thread costs more memory than it saves time. */
const MOST_THREADS = 4;

/**
 * A thread loads the compiler for itself, and V8 warms up to it anew, which takes the processor time of some 1,500 files; beside a single
 * thread V8's own are at work already, for a quarter of its time. Two threads on two cores are sooner done only well beyond that.
 */
const FILES_PER_THREAD = 1500;

/** Megabytes of heap that all threads of a scan may take together. */
export const HEAP_MB = 900;

/** How many threads look at so many files; `spared` are left to others. */
export function threadCount(files: number, spared = 0, cores = availableParallelism()): number {
  return Math.max(1, Math.min(MOST_THREADS, cores - spared, Math.floor(files / FILES_PER_THREAD)));
}
