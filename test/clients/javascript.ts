import { join } from 'node:path';
import type { Engine } from '../../src/engine/engine';
import type { SpanId, TraceId } from '../../src/model/ids';
import { INSTALLED, installProgram } from '../matrix/programs';
import { run } from '../vscode/harness/shell';
import type { Cell, Client } from './cell';
import { missing, type Sent } from './sent';

const PLAIN = ['http', 'proto', 'grpc', 'zipkin'];
const WITH_GZIP = [...PLAIN, 'http gzip', 'proto gzip', 'grpc gzip'];
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  // 0.27.0. With gzip these announce the length before compression, and no server hears the end of their requests.
  'exporters-2021': [...PLAIN, 'grpc gzip'],
  'exporters-2022': WITH_GZIP, // 0.33.0
  'exporters-2024': WITH_GZIP, // 0.48.0
  'exporters-1x': WITH_GZIP, // 0.57.2
  'exporters-2x': WITH_GZIP, // 0.223.1
};
/** Below these the exporters write times as doubles, which are exact to 256 ns in our days. */
const EXACT = new Set(['exporters-2024', 'exporters-1x', 'exporters-2x']);
const MICROSECOND = 1_000;

export const JAVASCRIPT: readonly Client[] = Object.entries(VERSIONS).map(([program, transports]) => ({
  cells: [
    ...transports.map((each) => tracesCell(program, each)),
    ...(program === 'exporters-2x' ? [{ name: `${program} logs and metrics`, check: checkLogsAndMetrics }] : []),
  ],
  prepare: () => installed(program),
}));

/** As {@link Client.prepare}, for a folder of test/fixtures/programs. */
export async function installed(program: string): Promise<string | undefined> {
  return installProgram(program).then(
    () => undefined,
    (error: unknown) => `npm cannot install it: ${String(error).slice(0, 300)}`,
  );
}

function tracesCell(program: string, wanted: string): Cell {
  const [transport, compression] = wanted.split(' ');
  return {
    name: `${program} ${wanted}`,
    async check(engine, url) {
      const path = { http: '/v1/traces', proto: '/v1/traces', grpc: '', zipkin: '/api/v2/spans' }[transport] ?? '';
      const { spans, faults } = await runClient<{ spans: Sent[] }>('traces.cjs', [
        join(INSTALLED, program),
        transport,
        url + path,
        ...(compression ? [compression] : []),
      ]);
      if (spans.length !== 2) return [`made ${spans.length} spans, not 2`];
      const zipkin = transport === 'zipkin';
      const nanos = zipkin || !EXACT.has(program) ? MICROSECOND : 0;
      return [...faults, ...(await missing(engine, spans, { nanos, zipkin }))];
    },
  };
}

async function checkLogsAndMetrics(engine: Engine, url: string): Promise<string[]> {
  const { traceId, spanId, faults } = await runClient<{ traceId: TraceId; spanId: SpanId }>('logsAndMetrics.cjs', [
    join(INSTALLED, 'exporters-2x'),
    url,
  ]);
  const [record] = await engine.logs(traceId, spanId, 10);
  if (record?.severity !== 'warn' || record.body.kind !== 'string' || record.body.value !== 'tea is low')
    faults.push(`the log record is ${JSON.stringify(record)}`);
  const { streams } = await engine.metrics({ limit: 10 });
  const [cups, sips] = ['cups', 'sips'].map((name) => streams.find((stream) => stream.name === name));
  if (Number(cups?.value?.kind === 'double' && cups.value.value) !== 3 || cups?.attributes[0]?.key !== 'kind')
    faults.push(`the counter is ${JSON.stringify(cups)}`);
  if (sips?.value?.kind !== 'histogram' || sips.value.count !== 1 || sips.value.sum !== 7)
    faults.push(`the histogram is ${JSON.stringify(sips)}`);
  return faults;
}

async function runClient<T>(script: string, args: readonly string[]): Promise<T & { faults: string[] }> {
  const printed = await run(process.execPath, [join(import.meta.dirname, script), ...args]);
  return JSON.parse(printed) as T & { faults: string[] };
}
