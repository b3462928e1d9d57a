// The receiver with the exporters that people have: what they say they sent is compared with what is stored.
//   npm run test:clients                    all; the exporters are installed below .vscode-test/matrix
//   npm run test:clients -- --only=<text>   those whose name contains the text
// The last line is "N passed, N failed".
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log';
import type { Engine } from '../../src/engine/engine';
import { startEngine } from '../../src/engine/startEngine';
import type { AnyValue } from '../../src/model/attributes';
import type { RunId, SpanId, TraceId } from '../../src/model/ids';
import { SPAN_KINDS, STATUS_CODES, type Span } from '../../src/model/span';
import { INSTALLED, installProgram } from '../matrix/programs';
import { run, runScript } from '../vscode/harness/shell';
import { QUIET_ENGINE } from '../support/engineSettings';

interface Sent {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** The API's number: one less than OTLP's. */
  readonly kind: number;
  readonly start: string;
  readonly end: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  readonly links: number;
  readonly status: { readonly code: number; readonly message?: string };
}

interface Case {
  readonly name: string;
  readonly program: string;
  /** What is wrong; nothing, when all is well. */
  check(engine: Engine, url: string): Promise<string[]>;
}

const PLAIN = ['http', 'proto', 'grpc', 'zipkin'];
const TRANSPORTS: Readonly<Record<string, readonly string[]>> = {
  // With gzip these announce the length before compression, and no server hears the end of their requests.
  'exporters-2021': [...PLAIN, 'grpc gzip'],
  'exporters-1x': [...PLAIN, 'http gzip', 'proto gzip', 'grpc gzip'],
  'exporters-2x': [...PLAIN, 'http gzip', 'proto gzip', 'grpc gzip'],
};
/** The first exporters wrote times as doubles. */
const DOUBLE_NANOS = 1_000;

const CASES: readonly Case[] = [
  ...Object.entries(TRANSPORTS).flatMap(([program, transports]) => transports.map((each) => tracesCase(program, each))),
  { name: 'exporters-2x logs and metrics', program: 'exporters-2x', check: checkLogsAndMetrics },
];

async function main(): Promise<void> {
  const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length) ?? '';
  const cases = CASES.filter(({ name }) => name.includes(only));
  for (const program of new Set(cases.map((each) => each.program))) await installProgram(program);
  const storageDir = await mkdtemp(join(tmpdir(), 'spanline-clients-'));
  const engine = startEngine({ ...QUIET_ENGINE, storageDir, maxRequestBytes: 64 * 2 ** 20 }, silentLog);
  const { url } = await engine.openSession({ run: 'clients' as RunId, name: 'clients', startedAt: Date.now() });
  let failed = 0;
  for (const { name, check } of cases) {
    const faults = await check(engine, url).catch((error: unknown) => [String(error)]);
    if (faults.length > 0) failed++;
    console.log([`${faults.length > 0 ? '✗' : '✓'} ${name}`, ...faults.map((fault) => `    ${fault}`)].join('\n'));
  }
  await engine.shutdown();
  await rm(storageDir, { recursive: true, force: true });
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function tracesCase(program: string, wanted: string): Case {
  const [transport, compression] = wanted.split(' ');
  return {
    name: `${program} ${wanted}`,
    program,
    async check(engine, url) {
      const path = { http: '/v1/traces', proto: '/v1/traces', grpc: '', zipkin: '/api/v2/spans' }[transport] ?? '';
      const { spans, faults } = await runClient<{ spans: Sent[] }>('traces.cjs', [
        join(INSTALLED, program),
        transport,
        url + path,
        ...(compression ? [compression] : []),
      ]);
      if (spans.length !== 2) return [`made ${spans.length} spans, not 2`];
      for (const sent of spans) {
        const held = await engine.span(sent.traceId as TraceId, sent.spanId as SpanId);
        faults.push(...(held ? differences(sent, held, transport) : [`${sent.name}: did not arrive`]));
      }
      return faults;
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
  return faults;
}

async function runClient<T>(script: string, args: readonly string[]): Promise<T & { faults: string[] }> {
  const printed = await run(process.execPath, [join(import.meta.dirname, script), ...args]);
  return JSON.parse(printed) as T & { faults: string[] };
}

function differences(sent: Sent, held: Span, transport: string): string[] {
  const faults: string[] = [];
  const compare = (what: string, wanted: unknown, got: unknown) => {
    const [a, b] = [JSON.stringify(wanted), JSON.stringify(got)];
    if (a !== b) faults.push(`${sent.name}: ${what} should be ${a}, but is ${b}`);
  };
  compare('name', sent.name, held.name);
  compare('parent', sent.parentSpanId, held.parentSpanId);
  compare('kind', SPAN_KINDS[sent.kind + 1], held.kind);
  compare('status', STATUS_CODES[sent.status.code], held.status.code);
  compare('status message', sent.status.message, held.status.message);
  compare(
    'events',
    sent.events,
    held.events.map(({ name }) => name),
  );
  // Zipkin has no word for either, and its exporters none of their own.
  if (transport !== 'zipkin') compare('scope', 'clients', held.scope.name);
  if (transport !== 'zipkin') compare('links', sent.links, held.links.length);
  for (const [key, value] of Object.entries(sent.attributes)) {
    const got = held.attributes.find((attribute) => attribute.key === key)?.value;
    compare(`attribute ${key}`, transport === 'zipkin' ? String(value) : value, got && plain(got));
  }
  const late = Math.abs(Number(BigInt(sent.start) - BigInt(held.startTimeUnixNano)));
  if (late > DOUBLE_NANOS) faults.push(`${sent.name}: starts ${late} ns away from ${sent.start}`);
  const wrong = Math.abs(Number(BigInt(sent.end) - BigInt(sent.start)) - held.duration);
  if (wrong > DOUBLE_NANOS) faults.push(`${sent.name}: its duration is ${wrong} ns off`);
  return faults;
}

function plain(value: AnyValue): unknown {
  if (value.kind === 'array') return value.values.map(plain);
  if (value.kind === 'int') return Number(value.value);
  return value.kind === 'string' || value.kind === 'bool' || value.kind === 'double' ? value.value : value.kind;
}

runScript(main);
