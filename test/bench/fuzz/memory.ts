import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel } from 'node:worker_threads';

const CHANNEL = 'spanline-fuzz';
const ROUNDS = 4;
const ROUND_MS = 500;
const MIB = 2 ** 20;

/**
 * Stands before the bundles of workers: a worker collects its garbage, and says what it holds then, when it is told to; nobody can do
 * that from outside.
 */
export const TELLS_MEMORY = `{const c=new(require('node:worker_threads').BroadcastChannel)('${CHANNEL}');
c.onmessage=({data})=>{if(data!=='collect')return;globalThis.gc?.();const{heapUsed,heapTotal,arrayBuffers}=process.memoryUsage();
c.postMessage({thread:require('node:worker_threads').threadId,heapUsed,heapTotal,arrayBuffers})};c.unref()}`;

interface Held {
  readonly thread: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly arrayBuffers: number;
}

/** MiB. */
export interface Memory {
  /** Of the process, all its threads in it. */
  readonly rss: number;
  /** What is alive in the heaps of all threads, after all of them collected their garbage. */
  readonly objects: number;
  /** Buffers and typed arrays: segments of stores are such. */
  readonly buffers: number;
  /** What the heaps of all threads have reserved and do not use. */
  readonly spare: number;
}

export function canCollect(): void {
  setFlagsFromString('--expose-gc');
}

/** What this process holds once nothing more is to be collected. */
export async function settledMemory(): Promise<Memory> {
  const channel = new BroadcastChannel(CHANNEL);
  const told = new Map<number, Held>();
  channel.onmessage = (event) => {
    const { data } = event as { data: Held };
    told.set(data.thread, data);
  };
  for (let round = 0; round < ROUNDS; round++) {
    channel.postMessage('collect');
    (runInNewContext('gc') as () => void)();
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  }
  channel.close();
  const { rss, ...own } = process.memoryUsage();
  const all = [own, ...told.values()];
  const sum = (of: (held: Omit<Held, 'thread'>) => number) => all.reduce((total, each) => total + of(each), 0) / MIB;
  return {
    rss: rss / MIB,
    objects: sum(({ heapUsed }) => heapUsed),
    buffers: sum(({ arrayBuffers }) => arrayBuffers),
    spare: sum(({ heapTotal, heapUsed }) => heapTotal - heapUsed),
  };
}

export function memoryText({ rss, objects, buffers, spare }: Memory): string {
  const rest = rss - objects - buffers - spare;
  const [all, ...parts] = [rss, objects, buffers, spare, rest].map((mib) => Math.round(mib));
  return `${all} MB = ${parts[0]} objects + ${parts[1]} buffers + ${parts[2]} spare heap + ${parts[3]} code, stacks and what malloc keeps`;
}
