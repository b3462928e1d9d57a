import { join } from 'node:path';
import { INSTALLED, installProgram } from '../matrix/programs';
import { installNode } from '../vscode/harness/nodeInstall';
import { run } from '../vscode/harness/shell';
import type { Cell, Client } from './cell';
import { missing, type Sent } from './sent';
import { missingLog, type SentLog } from './sentLog';
import { missingPoints, type SentPoint } from './sentMetrics';

const PLAIN = ['http', 'proto', 'grpc', 'zipkin'];
const WITH_GZIP = [...PLAIN, 'http gzip', 'proto gzip', 'grpc gzip'];
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  // 0.27.0. With gzip these announce the length before compression, and no server hears the end of their requests.
  'exporters-2021': [...PLAIN, 'grpc gzip'],
  'exporters-2022': WITH_GZIP, // 0.33.0
  'exporters-2024': WITH_GZIP, // 0.48.0
  'exporters-1x': WITH_GZIP, // 0.57.2
  'exporters-2x': WITH_GZIP, // 0.223.1
  'exporters-3x': WITH_GZIP, // 0.301.0
};
const WITH_LOGS_AND_METRICS = new Set(['exporters-2x', 'exporters-3x']);
const LOGS_AND_METRICS = ['http', 'proto', 'grpc', 'proto delta'];
/** Where this process's own is too old for them. */
const NODES = new Map([['exporters-3x', '24.21.0']]);
/** Below these the exporters write times as doubles, which are exact to 256 ns in our days. */
const EXACT = new Set(['exporters-2024', 'exporters-1x', 'exporters-2x', 'exporters-3x']);
const MICROSECOND = 1_000;

export const JAVASCRIPT: readonly Client[] = Object.entries(VERSIONS).map(([program, transports]) => ({
  cells: [
    ...transports.map((each) => tracesCell(program, each)),
    ...(WITH_LOGS_AND_METRICS.has(program) ? LOGS_AND_METRICS : []).map((each) => logsAndMetricsCell(program, each)),
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
      const { spans, faults } = await runClient<{ spans: Sent[] }>(program, 'traces.cjs', [
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

function logsAndMetricsCell(program: string, transport: string): Cell {
  const [way, temporality] = transport.split(' ');
  return {
    name: `${program} ${transport}: logs and metrics`,
    async check(engine, url) {
      const service = `${program} ${transport}`;
      const { log, metrics, faults } = await runClient<{ log: SentLog; metrics: readonly SentPoint[] }>(
        program,
        'logsAndMetrics.cjs',
        [join(INSTALLED, program), way, url, service, ...(temporality ? [temporality] : [])],
      );
      return [
        ...faults,
        ...(await missingLog(engine, log, service)),
        ...(await missingPoints(engine, metrics, service)),
      ];
    },
  };
}

function nodeOf(program: string): Promise<string> {
  const version = NODES.get(program);
  return version === undefined ? Promise.resolve(process.execPath) : installNode(version, console.log);
}

async function runClient<T>(
  program: string,
  script: string,
  args: readonly string[],
): Promise<T & { faults: string[] }> {
  const printed = await run(await nodeOf(program), [join(import.meta.dirname, script), ...args]);
  return JSON.parse(printed) as T & { faults: string[] };
}
