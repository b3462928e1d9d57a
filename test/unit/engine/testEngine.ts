import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { logTo } from '../../../src/base/log';
import type { Engine } from '../../../src/engine/engine';
import { startEngine } from '../../../src/engine/startEngine';
import type { RunId } from '../../../src/model/ids';
import type { EngineOptions, EngineStatus, RunInfo, StoreChange } from '../../../src/protocol/engine';
import { QUIET_ENGINE } from '../../support/engineSettings';

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spanline-engine-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestEngine {
  readonly engine: Engine;
  readonly storageDir: string;
  readonly changes: StoreChange[];
  readonly statuses: EngineStatus[];
  readonly logged: string[];
}

/** An engine in this thread until the test is over. */
export function startTestEngine(options: Partial<EngineOptions> = {}): TestEngine {
  const storageDir = options.storageDir ?? temporaryFolder();
  const logged: string[] = [];
  const log = logTo((level, message) => level !== 'trace' && logged.push(`${level}: ${message}`));
  const engine = startEngine({ ...engineOptions(storageDir), ...options }, log);
  onTestFinished(() => engine.shutdown());
  const changes: StoreChange[] = [];
  const statuses: EngineStatus[] = [];
  engine.onChange((change) => changes.push(change));
  engine.onStatus((status) => statuses.push(status));
  return { engine, storageDir, changes, statuses, logged };
}

export function engineOptions(storageDir: string): EngineOptions {
  return { ...QUIET_ENGINE, storageDir };
}

export function runInfo(run: string, name = 'Launch app'): RunInfo {
  return { run: run as RunId, name, startedAt: 1_700_000_000_000 };
}

let ids = 0;

/** One span as OTLP/JSON has it, with an id of its own. */
export function span(name: string, members: object = {}) {
  const id = (++ids).toString(16).padStart(16, '0');
  return {
    traceId: id.padStart(32, '1'),
    spanId: id,
    name,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000000005000000',
    ...members,
  };
}

/** The resource that everything here is from. */
export const SHOP = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };

export function resourceSpans(...spans: object[]) {
  return [
    {
      resource: SHOP,
      scopeSpans: [{ scope: { name: 'test' }, spans }],
    },
  ];
}

let batches = 0;

export function preloadBatch(spans: readonly object[], members: object = {}) {
  const id = `1-0-${++batches}`;
  return { id, pid: 1, thread: 0, sites: [], maps: [], dropped: 0, resourceSpans: resourceSpans(...spans), ...members };
}

/** Posts an object as JSON. */
export async function send(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { message?: string; code?: number } };
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
