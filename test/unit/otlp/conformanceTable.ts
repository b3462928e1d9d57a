import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { logTo } from '../../../src/base/log';
import type { Engine } from '../../../src/engine/engine';
import { startEngine } from '../../../src/engine/startEngine';
import { SIGNALS, type Signal } from '../../../src/otlp/signals';
import { QUIET_ENGINE } from '../../support/engineSettings';
import { freePort, runInfo } from '../engine/testEngine';
import { oracleEncode } from './otlpProto';

export const PROTOBUF = { 'content-type': 'application/x-protobuf' };
export const JSON_TYPE = { 'content-type': 'application/json' };
export const MAX_BYTES = 100_000;
export const NANOS = '1795209557766503437';

/** An engine behind a session's port and both shared ports, for one file of tests; its tests are printed as a table at the end. */
export class Conformance {
  engine!: Engine;
  ports: readonly number[] = [];
  /** What the engine logged, without its level. */
  readonly logged: string[] = [];
  private readonly lines: string[] = [];
  private storageDir = '';

  constructor(title: string) {
    beforeAll(() => this.start());
    afterEach(({ task }) => {
      this.lines.push(`${task.result?.state === 'fail' ? '✗' : '✓'} ${task.suite?.name}: ${task.name}`);
    });
    afterAll(async () => {
      console.log([title, ...this.lines].join('\n  '));
      await this.engine.shutdown();
      rmSync(this.storageDir, { recursive: true, force: true });
    });
  }

  /** Runs the check for every signal on every port. */
  async everywhere(check: (signal: Signal, port: number) => Promise<void>): Promise<void> {
    for (const port of this.ports) for (const signal of SIGNALS) await check(signal, port);
  }

  async limitRequests(maxRequestBytes: number): Promise<void> {
    await this.engine.configure({ ...QUIET_ENGINE, sharedPorts: this.ports.slice(1), maxRequestBytes });
  }

  private async start(): Promise<void> {
    this.storageDir = mkdtempSync(join(tmpdir(), 'spanline-conformance-'));
    const shared = [await freePort(), await freePort()];
    const options = { ...QUIET_ENGINE, storageDir: this.storageDir, maxRequestBytes: MAX_BYTES };
    this.engine = startEngine(
      options,
      logTo((_, message) => this.logged.push(message)),
    );
    await this.engine.start(shared);
    const { url } = await this.engine.openSession(runInfo('conformance'));
    this.ports = [Number(new URL(url).port), ...shared];
  }
}

let ids = 0;
export const newTraceId = () => (++ids).toString(16).padStart(32, 'a');
export const newSpanId = () => (++ids).toString(16).padStart(16, 'b');

/** A request of the signal with one entry, in the form of OTLP/JSON; `broken`: with a second entry that has to be rejected. */
export function requestOf({ id }: Signal, members: object = {}, broken?: object): object {
  const entry = {
    traces: { traceId: newTraceId(), spanId: newSpanId(), name: 'a', startTimeUnixNano: NANOS, endTimeUnixNano: NANOS },
    logs: { traceId: newTraceId(), spanId: newSpanId(), timeUnixNano: NANOS, body: { stringValue: 'a' } },
    metrics: { name: 'a', gauge: { dataPoints: [{ timeUnixNano: NANOS, asDouble: 1.5 }] } },
  }[id];
  const entries = [{ ...entry, ...members }, ...(broken ? [{ ...entry, ...broken }] : [])];
  return {
    traces: { resourceSpans: [{ scopeSpans: [{ spans: entries }] }] },
    logs: { resourceLogs: [{ scopeLogs: [{ logRecords: entries }] }] },
    metrics: { resourceMetrics: [{ scopeMetrics: [{ metrics: entries }] }] },
  }[id];
}

const TYPES = { traces: 'Trace', logs: 'Logs', metrics: 'Metrics' };
const BYTES_OF_ID = (key: string, value: unknown) =>
  /^(trace|span|parentSpan)Id$/.test(key) ? Buffer.from(String(value), 'hex').toString('base64') : value;

export function protobufOf(signal: Signal, request: object): Uint8Array {
  const plain = JSON.parse(JSON.stringify(request, BYTES_OF_ID)) as object;
  return oracleEncode(`Export${TYPES[signal.id]}ServiceRequest`, plain);
}

export const jsonOf = (request: object) => Buffer.from(JSON.stringify(request));
