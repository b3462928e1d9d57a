import { createBirpc } from 'birpc';
import { Worker } from 'node:worker_threads';
import type { EngineApi, EngineEvents, EngineOptions } from '../../src/protocol/engine';
import { UNHEARD } from './engineEvents';

/** What a process with an engine in it is started with. */
export interface EngineProcessSetup {
  readonly engineFile: string;
  readonly options: EngineOptions;
  readonly run: string;
  /** Undefined: a window that gives no answer. */
  readonly isAttended?: boolean;
}

/** Says `{ url }` of a session once there is one, then the names of the traces as often as it is told anything. */
async function main({ engineFile, options, run, isAttended }: EngineProcessSetup): Promise<void> {
  const worker = new Worker(engineFile, { workerData: options });
  const events: EngineEvents = {
    ...UNHEARD,
    isAttended: () => (isAttended === undefined ? new Promise(() => {}) : Promise.resolve(isAttended)),
  };
  const api = createBirpc<EngineApi, EngineEvents>(events, {
    post: (message) => worker.postMessage(message),
    on: (listener) => worker.on('message', listener),
  });
  const { url } = await api.openSession({ run: run as never, name: run, startedAt: Date.now() });
  process.on('message', () => void tellTraces(api));
  process.send!({ url });
}

async function tellTraces(api: Pick<EngineApi, 'traces' | 'status'>): Promise<void> {
  const { restoring = false } = await api.status();
  const traces = (await api.traces({ limit: 1000 })).map(({ rootName }) => rootName);
  process.send!({ restoring, traces });
}

void main(JSON.parse(process.argv[2]) as EngineProcessSetup);
