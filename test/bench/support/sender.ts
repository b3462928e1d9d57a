import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Load, Sent } from './ingestSender';

/** A process that sends what it is told to. */
export class Sender {
  private readonly process = fork(join(import.meta.dirname, 'ingestSender.ts'));

  async send(load: Load, port: number): Promise<Sent> {
    const done = new AbortController();
    const { signal } = done;
    this.process.send({ load, port });
    try {
      const [result] = (await Promise.race([
        once(this.process, 'message', { signal }),
        once(this.process, 'exit', { signal }).then(() => Promise.reject(new Error('The sender failed'))),
      ])) as [Sent];
      return result;
    } finally {
      done.abort();
    }
  }

  stop(): void {
    this.process.kill();
  }
}
