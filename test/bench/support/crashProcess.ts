import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineStatus } from '../../../src/protocol/engine';
import type { HostAnswer, HostQuestion, HostStart, Records } from './crashHost';

type Asked = HostQuestion extends infer Q ? (Q extends HostQuestion ? Omit<Q, 'id'> : never) : never;

/** A process with an engine in it. */
export class Host {
  private questions = 0;
  private readonly waiting = new Map<number, (answer: HostAnswer) => void>();

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly run: string,
  ) {
    child.on('message', (answer: HostAnswer) => this.waiting.get(answer.id)?.(answer));
  }

  static async start(start: HostStart): Promise<Host> {
    const child = fork(join(import.meta.dirname, 'crashHost.ts'), { serialization: 'advanced' });
    child.send(start);
    const [{ port }] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('The host failed'))),
    ])) as [{ port: number }];
    return new Host(child, port, start.run);
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async status(): Promise<EngineStatus> {
    return (await this.ask({ ask: 'status' })).status!;
  }

  async spanIds(traceIds: readonly string[]): Promise<readonly Uint8Array[]> {
    return (await this.ask({ ask: 'spanIds', traceIds })).spanIds!;
  }

  /** True once it is pinned, or is not. */
  async pin(traceId: string, pinned: boolean): Promise<boolean> {
    return (await this.ask({ ask: 'pin', traceId, pinned })).refusal === undefined;
  }

  async records(): Promise<Records> {
    return (await this.ask({ ask: 'records' })).records!;
  }

  /** Resolves when all of the journal is in the store. */
  async restored(): Promise<EngineStatus> {
    for (;;) {
      const status = await this.status();
      if (!status.restoring) return status;
      await sleep(2);
    }
  }

  async kill(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  /** Never settled where the process is gone before it answers. */
  private ask(question: Asked): Promise<HostAnswer> {
    const id = ++this.questions;
    return new Promise((resolve) => {
      this.waiting.set(id, (answer) => {
        this.waiting.delete(id);
        resolve(answer);
      });
      this.child.send({ id, ...question }, () => {});
    });
  }
}
