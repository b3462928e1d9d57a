import { channel } from 'diagnostics_channel';
import type { Host } from '../host';

/** Published by Node when a program makes a worker. */
const CHANNEL = 'worker_threads';
const LOOK_MS = 500;
/** {@link Worker.threadId} of one that has ended. */
const ENDED = -1;

interface Worker {
  readonly threadId: number;
}

/**
 * Tells of workers of this thread that have ended: one that is terminated has no time to say so itself. They are looked at, since a
 * listener of ours would be seen by the program.
 */
export class GoneThreads {
  private readonly alive = new Map<number, WeakRef<Worker>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: Pick<Host, 'timers' | 'outsideContext'>,
    private readonly onGone: (threads: readonly number[]) => void,
  ) {}

  watch(): void {
    channel(CHANNEL).subscribe((message) => this.made(message));
  }

  private readonly made = (message: unknown): void => {
    const { worker } = (message ?? {}) as { readonly worker?: Worker };
    if (typeof worker?.threadId !== 'number' || worker.threadId === ENDED) return;
    this.alive.set(worker.threadId, new WeakRef(worker));
    if (!this.timer) this.lookLater();
  };

  private lookLater(): void {
    const { timers, outsideContext } = this.host;
    this.timer = outsideContext(() => timers.setTimeout(() => this.look(), LOOK_MS).unref());
  }

  private look(): void {
    this.timer = undefined;
    const gone: number[] = [];
    for (const [thread, worker] of this.alive) if ((worker.deref()?.threadId ?? ENDED) === ENDED) gone.push(thread);
    for (const thread of gone) this.alive.delete(thread);
    if (gone.length > 0) this.onGone(gone);
    if (this.alive.size > 0) this.lookLater();
  }
}
