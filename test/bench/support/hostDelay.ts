import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { silentLog } from '../../../src/base/log';
import { EngineClient } from '../../../src/host/engineClient';
import type { RunId } from '../../../src/model/ids';
import type { EngineOptions } from '../../../src/protocol/engine';
import { UNHEARD } from '../../support/engineEvents';

const IDLE_MS = 3_000;
/** What a look at the clock may be late by itself. */
const RESOLUTION_MS = 1;
/** What the Traces view shows. */
const TRACES = 200;

export interface HostDelay {
  readonly idleMs: number;
  readonly busyMs: number;
}

/**
 * How late the event loop of this process is, p99, with the engine in a worker of it: first idle, then while `send` has it take in
 * all it can. This process does for the engine what the extension host does: it is told of changes, and asks for the newest traces
 * at each.
 */
export async function hostDelay(
  options: EngineOptions,
  startWorker: (options: EngineOptions) => Worker,
  send: (port: number) => Promise<void>,
): Promise<HostDelay> {
  const client = new EngineClient({ options, startWorker, isAttended: UNHEARD.isAttended, log: silentLog });
  client.start();
  try {
    const { url } = await client.openSession({ run: 'delay' as RunId, name: 'delay', startedAt: Date.now() });
    client.onChanged(() => void client.ask((api) => api.traces({ limit: TRACES }), []));
    await send(Number(new URL(url).port)); // warms up
    const idleMs = await lateBy(() => sleep(IDLE_MS));
    const busyMs = await lateBy(() => send(Number(new URL(url).port)));
    return { idleMs, busyMs };
  } finally {
    await client.shutdown();
    client.dispose();
  }
}

async function lateBy(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await work();
  histogram.disable();
  return histogram.percentile(99) / 1e6;
}
