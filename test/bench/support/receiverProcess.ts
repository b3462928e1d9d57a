import { createBirpc, type BirpcReturn } from 'birpc';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { EngineOptions } from '../../../src/protocol/engine';
import type { HostDelay } from './hostDelay';
import type { Rival } from './ingestRivals';
import type { Load } from './ingestSender';
import type { ReceiverHost } from './receiverHost';

/** An engine with its options, or a rival by its name; `file` is the bundle that runs in the worker. */
export interface Subject {
  readonly file: string;
  readonly workerData: EngineOptions | Rival;
}

/** A receiver in a worker of a process of its own. */
export class ReceiverProcess {
  private constructor(
    private readonly process: ChildProcess,
    private readonly host: BirpcReturn<ReceiverHost, object>,
    readonly port: number,
  ) {}

  static async start(subject: Subject): Promise<ReceiverProcess> {
    const [process, host] = startHost();
    return new ReceiverProcess(process, host, await host.start(subject));
  }

  clear(): Promise<void> {
    return this.host.clear();
  }

  cpuMicros(): Promise<number> {
    return this.host.cpuMicros();
  }

  stop(): Promise<void> {
    return ended(this.process);
  }
}

/** How late the event loop of a process is that does nothing but what the extension host does for the engine in its worker. */
export async function hostDelayIn(file: string, options: EngineOptions, load: Load): Promise<HostDelay> {
  const [process, host] = startHost();
  try {
    return await host.hostDelay(file, options, load);
  } finally {
    await ended(process);
  }
}

function startHost(): [ChildProcess, BirpcReturn<ReceiverHost, object>] {
  const child = fork(join(import.meta.dirname, 'receiverHost.ts'));
  const host = createBirpc<ReceiverHost, object>(
    {},
    { post: (message) => child.send(message as object), on: (listener) => child.on('message', listener), timeout: -1 },
  );
  child.once('exit', () => host.$close(new Error('The process of the receiver ended')));
  return [child, host];
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
