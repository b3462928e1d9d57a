import { readFileSync } from 'node:fs';
import { BroadcastChannel } from 'node:worker_threads';

/** Of time in which the threads had a processor, or wanted none: more than that is a hang … */
const WORKING_MS = 5_000;
/** … and so is that much of any time. */
const LONGEST_MS = 120_000;
const NANOS_IN_MS = 1e6;
const CHANNEL = 'spanline-fuzz-tasks';

/** Stands before the bundles of workers, which say as what the system knows them; nobody can find that out from outside. */
export const TELLS_TASK = `try{const c=new(require('node:worker_threads').BroadcastChannel)('${CHANNEL}');
c.postMessage({thread:require('node:worker_threads').threadId,task:require('node:fs').readlinkSync('/proc/thread-self')});c.close()}catch{}`;

/** By the numbers of workers that have begun. */
const taskOfWorker = new Map<number, string>();
const heard = new BroadcastChannel(CHANNEL);
heard.onmessage = (event) => {
  const { data } = event as { data: { thread: number; task: string } };
  taskOfWorker.set(data.thread, data.task);
};
heard.unref();

interface Moment {
  readonly at: number;
  readonly starved: number;
}

/**
 * Tells threads that hang from threads that a busy machine leaves without a processor, where the system says so (Linux). Anywhere else
 * all time counts.
 */
export class Patience {
  /** `workers`: numbers of those that have to work besides this thread. */
  constructor(private readonly workers: () => readonly number[]) {}

  begin(): Moment {
    return { at: performance.now(), starved: this.starved() };
  }

  /** Milliseconds that may still go by until it is a hang; 0 when it is one. */
  left({ at, starved }: Moment): number {
    const passed = performance.now() - at;
    const worked = passed - Math.min(passed, this.starved() - starved);
    return Math.max(0, Math.min(WORKING_MS - worked, LONGEST_MS - passed));
  }

  private starved(): number {
    let nanos = waitOf('thread-self');
    for (const worker of this.workers()) nanos += waitOf(taskOfWorker.get(worker));
    return nanos / NANOS_IN_MS;
  }
}

/** Nanoseconds for which the thread, below /proc, was ready to run and did not; 0 where nobody knows. */
function waitOf(task: string | undefined): number {
  if (task === undefined) return 0;
  try {
    return Number(readFileSync(`/proc/${task}/schedstat`, 'latin1').split(' ')[1]);
  } catch {
    return 0;
  }
}
