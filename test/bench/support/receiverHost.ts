// Started by receiverProcess.ts: a process that has one receiver in a worker and nothing else, as an extension host has one engine.
// What ran in a process before is to be felt for long: in its heap, in what was compiled for other data, in the kernel's maps.
import { createBirpc } from 'birpc';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RunId } from '../../../src/model/ids';
import type { EngineOptions } from '../../../src/protocol/engine';
import { engineThread } from './engineThread';
import { hostDelay, type HostDelay } from './hostDelay';
import type { Load } from './ingestSender';
import type { Subject } from './receiverProcess';
import { Sender } from './sender';

/** As much as a naive receiver needs to keep a round of spans. */
const RIVAL_HEAP_MB = 4096;

export interface ReceiverHost {
  /** The port it listens at. */
  start(subject: Subject): Promise<number>;
  /** Has the receiver forget what it holds. */
  clear(): Promise<void>;
  /** Microseconds of processor time of this process so far. */
  cpuMicros(): number;
  /** How late the event loop of this process is while an engine takes in what is sent. */
  hostDelay(file: string, options: EngineOptions, load: Load): Promise<HostDelay>;
}

let forget: () => Promise<void>;

async function startEngine(file: string, options: EngineOptions): Promise<number> {
  const { api } = engineThread(file, options);
  forget = () => api.clear();
  const { url } = await api.openSession({ run: 'bench' as RunId, name: 'bench', startedAt: Date.now() });
  return Number(new URL(url).port);
}

async function startRival(file: string, kind: string): Promise<number> {
  const worker = new Worker(file, { workerData: kind, resourceLimits: { maxOldGenerationSizeMb: RIVAL_HEAP_MB } });
  forget = async () => worker.postMessage('clear');
  const [port] = (await once(worker, 'message')) as [number];
  return port;
}

const host: ReceiverHost = {
  start: ({ file, workerData }) =>
    typeof workerData === 'string' ? startRival(file, workerData) : startEngine(file, workerData),
  clear: () => forget(),
  cpuMicros: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  hostDelay: (file, options, load) => {
    const sender = new Sender();
    return hostDelay(
      options,
      (workerData) => new Worker(file, { workerData }),
      async (port) => void (await sender.send(load, port)),
    ).finally(() => sender.stop());
  },
};

createBirpc<object, ReceiverHost>(host, {
  post: (message) => process.send!(message),
  on: (listener) => process.on('message', listener),
});
// The benchmark was interrupted.
process.once('disconnect', () => process.exit());
