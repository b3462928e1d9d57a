import { EventEmitter } from 'node:events';
import { createBirpc } from 'birpc';
import type { EngineWorker } from '../../../src/host/engineClient';
import type { EngineApi, EngineEvents, EngineOptions, EngineStatus } from '../../../src/protocol/engine';

export const IDLE_STATUS: EngineStatus = {
  endpoints: [],
  problems: [],
  notices: [],
  lostPorts: [],
  revision: 0,
  spans: 0,
  traces: 0,
  bytes: 0,
  spansPerSecond: 0,
  rejectedSpans: 0,
  metricStreams: 0,
};

/** An engine in this thread behind the same channel as the real one, which answers what it was given and notes what it was asked. */
export class FakeEngine {
  readonly asked: unknown[][] = [];
  readonly worker: EngineWorker;
  readonly events: EngineEvents;
  private readonly toHost = new EventEmitter();
  private readonly toEngine = new EventEmitter();
  ended = false;

  constructor(
    readonly options: EngineOptions,
    answers: Partial<EngineApi> = {},
  ) {
    const defaults: Partial<EngineApi> = {
      status: () => Promise.resolve(IDLE_STATUS),
      shutdown: () => Promise.resolve(),
      ...answers,
    };
    const note =
      (name: string) =>
      async (...args: unknown[]) => {
        this.asked.push([name, ...args]);
        const answer = defaults[name as keyof EngineApi] as ((...given: unknown[]) => Promise<unknown>) | undefined;
        return answer?.(...args);
      };
    const api = new Proxy({}, { get: (_, name: string) => note(name) }) as EngineApi;
    this.events = createBirpc<EngineEvents, EngineApi>(api, {
      post: (message) => void setImmediate(() => this.toHost.emit('message', structuredClone(message))),
      on: (listener) => void this.toEngine.on('message', listener),
      eventNames: ['changed', 'status', 'log'],
    });
    this.worker = {
      postMessage: (message) => void setImmediate(() => this.toEngine.emit('message', structuredClone(message))),
      on: (event: string, listener: (...args: never[]) => void) =>
        this.toHost.on(event, listener as (...args: unknown[]) => void),
      terminate: async () => this.end(1),
    };
  }

  crash(message = 'boom'): void {
    this.toHost.emit('error', new Error(message));
    this.end(1);
  }

  private end(code: number): void {
    if (this.ended) return;
    this.ended = true;
    this.toEngine.removeAllListeners();
    this.toHost.emit('exit', code);
  }
}
