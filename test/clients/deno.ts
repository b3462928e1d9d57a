import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { SpanId, TraceId } from '../../src/model/ids';
import { INSTALLED } from '../matrix/programs';
import { run } from '../vscode/harness/shell';
import type { Cell, Client } from './cell';
import { installed } from './javascript';
import { missing, plain, wrongMetric, type Sent } from './sent';

const FOLDER = join(INSTALLED, 'deno');
const PROGRAM = join(FOLDER, 'node_modules', 'deno', 'bin.cjs');
/** Times reach Deno's SDK as doubles of milliseconds. */
const MICROSECOND = 1_000;

export const DENO: Client = {
  cells: ['http/protobuf', 'http/json', 'grpc'].map(cell),
  prepare: async () => (await installed('deno')) ?? (await cannotRun()),
};

async function cannotRun(): Promise<string | undefined> {
  return run(process.execPath, [PROGRAM, '--version']).then(
    () => undefined,
    (error: unknown) => `Deno does not run here: ${String(error).slice(0, 200)}`,
  );
}

function cell(protocol: string): Cell {
  return {
    name: `deno ${protocol}: traces, logs, metrics`,
    async check(engine, url) {
      const service = `deno ${protocol}`;
      const { spans, stderr } = await runDeno(protocol, url, service);
      const faults = await missing(engine, spans, { nanos: MICROSECOND });
      faults.push(...(await wrongMetric(engine, 'cups.deno', service, 3)));
      const [, child] = spans;
      const [record] = await engine.logs(child.traceId as TraceId, child.spanId as SpanId, 10);
      if (!record || !String(plain(record.body)).includes('tea is low'))
        faults.push(`the log record is ${JSON.stringify(record)}`);
      if (/error|failed/i.test(stderr)) faults.push(`Deno says: ${stderr.slice(0, 500)}`);
      return faults;
    },
  };
}

async function runDeno(protocol: string, url: string, service: string): Promise<{ spans: Sent[]; stderr: string }> {
  const env = {
    ...process.env,
    OTEL_DENO: 'true',
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_SERVICE_NAME: service,
    DENO_NO_UPDATE_CHECK: '1',
  };
  const child = spawn(process.execPath, [PROGRAM, 'run', '--allow-all', '--quiet', 'main.mjs'], { cwd: FOLDER, env });
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const told = stderr.replace('tea is low\n', '');
  const line = stdout.split('\n').find((each) => each.startsWith('['));
  if (!line) throw new Error(`Deno printed no spans: ${stdout}${told}`);
  return { spans: JSON.parse(line) as Sent[], stderr: told };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
