import { createBirpc } from 'birpc';
import { Worker } from 'node:worker_threads';
import type { EngineApi, EngineEvents, EngineOptions } from '../../../src/protocol/engine';
import { UNHEARD } from '../../support/engineEvents';

export interface EngineThread {
  readonly worker: Worker;
  readonly api: EngineApi;
}

/** @param file the engine's bundle */
export function engineThread(file: string, options: EngineOptions): EngineThread {
  const worker = new Worker(file, { workerData: options });
  const api = createBirpc<EngineApi, EngineEvents>(UNHEARD, {
    post: (message) => worker.postMessage(message),
    on: (listener) => worker.on('message', listener),
  });
  return { worker, api };
}
