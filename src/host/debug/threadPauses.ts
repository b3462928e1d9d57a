import { randomUUID } from 'node:crypto';
import type { PauseReport } from '../../protocol/engine';

/** One message between the editor and a debug adapter, as far as it concerns us. */
export interface AdapterMessage {
  readonly type?: unknown;
  readonly event?: unknown;
  readonly command?: unknown;
  readonly success?: unknown;
  readonly seq?: unknown;
  readonly request_seq?: unknown;
  readonly arguments?: unknown;
  readonly body?: unknown;
}

interface StandingThread {
  readonly report: PauseReport;
  /** When the editor asked for it to go on, which the adapter has not confirmed. */
  readonly asked?: number;
}

/** Requests after which a thread goes on. */
const GOES_ON = new Set(['continue', 'next', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue']);

/**
 * The pauses of one debug session, read off what editor and adapter say to each other. A pause ends when the editor asks for it: the
 * adapter's word comes when the program has been running for some milliseconds. It begins with the adapter's word, some milliseconds
 * late; so what is taken for a pause always was one.
 */
export class ThreadPauses {
  private readonly standing = new Map<number, StandingThread>();
  /** By the request's number: the threads that it lets go on. */
  private readonly asked = new Map<unknown, readonly number[]>();

  /** `tell` hears of each pause twice: when it begins, and when it ends. Times in milliseconds since 1970. */
  constructor(
    private readonly tell: (pause: PauseReport) => void,
    private readonly now: () => number = Date.now,
    private readonly newId: () => string = randomUUID,
  ) {}

  fromEditor(message: AdapterMessage): void {
    if (message.type !== 'request' || !GOES_ON.has(String(message.command))) return;
    const threads = this.meant(message.arguments, 'singleThread', true);
    this.asked.set(message.seq, threads);
    const asked = this.now();
    for (const thread of threads) this.standing.set(thread, { ...this.standing.get(thread)!, asked });
  }

  /** Gives the pause that the message began. */
  fromAdapter(message: AdapterMessage): PauseReport | undefined {
    if (message.type === 'event' && message.event === 'stopped') return this.stopped(message.body);
    if (message.type === 'event' && message.event === 'continued')
      this.goOn(this.meant(message.body, 'allThreadsContinued', false));
    else if (message.type === 'event' && message.event === 'thread') this.threadChanged(message.body);
    else if (message.type === 'response' && this.asked.has(message.request_seq)) this.answered(message);
    return undefined;
  }

  /** Nothing stands any more: the program or its debugger is gone. */
  end(): void {
    this.goOn([...this.standing.keys()]);
    this.asked.clear();
  }

  private stopped(body: unknown): PauseReport | undefined {
    const { threadId } = (body ?? {}) as { threadId?: unknown };
    const thread = typeof threadId === 'number' ? threadId : 0;
    if (this.standing.has(thread)) this.goOn([thread]);
    const report = { id: this.newId(), from: this.now() };
    this.standing.set(thread, { report });
    this.tell(report);
    return report;
  }

  private answered({ request_seq: request, success }: AdapterMessage): void {
    const threads = this.asked.get(request) ?? [];
    this.asked.delete(request);
    if (success !== false) return this.goOn(threads);
    for (const thread of threads) {
      const known = this.standing.get(thread);
      if (known) this.standing.set(thread, { report: known.report });
    }
  }

  private threadChanged(body: unknown): void {
    const { reason, threadId } = (body ?? {}) as { reason?: unknown; threadId?: unknown };
    if (reason === 'exited' && typeof threadId === 'number') this.goOn([threadId]);
  }

  private goOn(threads: readonly number[]): void {
    for (const thread of threads) {
      const known = this.standing.get(thread);
      if (!known) continue;
      this.standing.delete(thread);
      this.tell({ ...known.report, to: Math.max(known.report.from, known.asked ?? this.now()) });
    }
  }

  /** The standing threads that a message is about: all, unless `flag` has the value by which it means the one it names. */
  private meant(details: unknown, flag: 'singleThread' | 'allThreadsContinued', one: boolean): number[] {
    const { threadId, [flag]: said } = (details ?? {}) as Record<string, unknown>;
    const all = [...this.standing.keys()];
    return said === one ? all.filter((thread) => thread === threadId) : all;
  }
}
