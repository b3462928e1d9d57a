// Started by crash.ts as a process of its own, in the place of the extension host: runs the engine's worker and asks it what it is
// told to ask. It is killed without warning.
import { createBirpc } from 'birpc';
import { Worker } from 'node:worker_threads';
import type { RunId } from '../../../src/model/ids';
import type { EngineApi, EngineEvents, EngineOptions, EngineStatus } from '../../../src/protocol/engine';
import { UNHEARD } from '../../support/engineEvents';

export interface HostStart {
  readonly engineFile: string;
  readonly options: EngineOptions;
  readonly run: string;
}

export type HostQuestion =
  | { readonly id: number; readonly ask: 'status' }
  | { readonly id: number; readonly ask: 'spanIds'; readonly traceIds: readonly string[] }
  | { readonly id: number; readonly ask: 'pin'; readonly traceId: string; readonly pinned: boolean }
  | { readonly id: number; readonly ask: 'records' };

/** What else is known of what was received. */
export interface Records {
  readonly traces: readonly { readonly traceId: string; readonly run?: string; readonly pinned: boolean }[];
  /** Values that were masked. */
  readonly masked: number;
}

export interface HostAnswer {
  readonly id: number;
  readonly status?: EngineStatus;
  /** Of each trace asked for; empty where it is not held. */
  readonly spanIds?: readonly Uint8Array[];
  /** Why the trace cannot be pinned. */
  readonly refusal?: string;
  readonly records?: Records;
}

/** More than there are. */
const ALL = 1_000_000;

async function start({ engineFile, options, run }: HostStart): Promise<void> {
  const worker = new Worker(engineFile, { workerData: options });
  worker.on('error', (error) => {
    console.error(error);
    process.exit(1);
  });
  const log = (level: string, message: string) => void (level === 'error' && console.error(message));
  const api = createBirpc<EngineApi, EngineEvents>(
    { ...UNHEARD, log },
    { post: (message) => worker.postMessage(message), on: (listener) => worker.on('message', listener) },
  );
  process.on('message', (question: HostQuestion) => void answer(api, question));
  const { url } = await api.openSession({ run: run as RunId, name: 'crash', startedAt: Date.now() });
  process.send!({ port: Number(new URL(url).port) });
}

async function answer(api: EngineApi, question: HostQuestion): Promise<void> {
  const { id } = question;
  const say = (said: Omit<HostAnswer, 'id'>) => void process.send!({ id, ...said });
  if (question.ask === 'status') return say({ status: await api.status() });
  if (question.ask === 'pin') return say({ refusal: await api.pin(question.traceId as never, question.pinned) });
  if (question.ask === 'records') {
    const [traces, status] = [await api.traces({ limit: ALL }), await api.status()];
    return say({ records: { traces, masked: status.redactions?.masked ?? 0 } });
  }
  const traces = await Promise.all(question.traceIds.map((traceId) => api.trace(traceId as never)));
  say({ spanIds: traces.map((trace) => trace?.spanIds ?? new Uint8Array()) });
}

// Whoever started it is gone.
process.once('disconnect', () => process.exit());
process.once('message', (message: HostStart) => void start(message));
