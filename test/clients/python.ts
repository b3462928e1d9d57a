import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../../src/engine/engine';
import type { SpanId, TraceId } from '../../src/model/ids';
import { INSTALLED } from '../matrix/programs';
import { run } from '../vscode/harness/shell';
import type { Cell, Client } from './cell';
import { missing, plain, wrongMetric, type Sent } from './sent';

const SOURCES = join(import.meta.dirname, 'python');
const STUBS = join(INSTALLED, 'python');
const PROTOS = ['common', 'trace', 'logs', 'metrics'].map((name) => `${name}.proto`);
/** Debian's own comes first: a Python that was installed beside it does not see Debian's packages. */
const PYTHONS = ['/usr/bin/python3', 'python3'];
const PACKAGES = ['python3-grpcio', 'python3-protobuf', 'protobuf-compiler', 'protobuf-compiler-grpc'];

let python = '';

export const PYTHON: Client = { cells: ['', ' gzip'].map(cell), prepare };

async function prepare(): Promise<string | undefined> {
  const lacking = (await generated()) && (await installPackages()) && (await generated());
  return (
    lacking && `gRPC for Python cannot be had (as root, with Debian's ${PACKAGES.join(', ')}, it would be): ${lacking}`
  );
}

/** Finds a Python that has gRPC and makes the stubs. What is lacking, if anything. */
async function generated(): Promise<string | undefined> {
  for (const each of PYTHONS) {
    const works = await run(each, ['-c', 'import grpc, google.protobuf']).then(
      () => true,
      () => false,
    );
    if (works) python = each;
    if (works) break;
  }
  if (python === '') return 'no Python has the module grpc';
  try {
    const plugin = (await run('which', ['grpc_python_plugin'])).trim();
    await mkdir(STUBS, { recursive: true });
    const outputs = [`--python_out=${STUBS}`, `--grpc_out=${STUBS}`, `--plugin=protoc-gen-grpc=${plugin}`];
    await run('protoc', [`--proto_path=${SOURCES}`, ...outputs, ...PROTOS]);
    return undefined;
  } catch (error) {
    return String(error).slice(0, 200);
  }
}

/** Only where nobody has to be asked: as root on a machine of Debian's kind. Always true: the next look tells how it went. */
async function installPackages(): Promise<true> {
  if (process.getuid?.() !== 0) return true;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...PACKAGES], { env });
  await install()
    .catch(async () => {
      await run('apt-get', ['update', '-q'], { env });
      await install();
    })
    .catch(() => {});
  return true;
}

function cell(compression: string): Cell {
  return {
    name: `python grpc (C core)${compression}: traces, logs, metrics`,
    async check(engine, url) {
      const args = [join(SOURCES, 'client.py'), STUBS, new URL(url).host, ...compression.split(' ').filter(Boolean)];
      const sent = JSON.parse(await run(python, args)) as Sent;
      const faults = await missing(engine, [sent], { nanos: 0 });
      const records = await engine.logs(sent.traceId as TraceId, sent.spanId as SpanId, 10);
      const bodies = records.map(({ body, timeUnixNano }) => `${String(plain(body))} ${timeUnixNano}`);
      if (bodies.join() !== `tea is low ${sent.start}`) faults.push(`the log records are ${bodies.join(', ')}`);
      const trace = await engine.trace(sent.traceId as TraceId);
      if (trace?.count !== 1) faults.push(`the span that was sent twenty times is there ${trace?.count} times`);
      faults.push(...(await wrongMetric(engine, 'cups.python', '', 3)), ...(await wrongLatency(engine, sent)));
      return faults;
    },
  };
}

/** What is wrong with the exponential histogram and its exemplars. */
async function wrongLatency(engine: Engine, { traceId, spanId, start }: Sent): Promise<string[]> {
  const { streams } = await engine.metrics({ limit: 10, text: traceId });
  const later = (nanos: bigint) => String(BigInt(start) + nanos);
  const wanted = {
    times: [start, later(7n)],
    value: {
      ...{ kind: 'exponential', count: 2 ** 53 - 1, sum: -0.5, min: -2.5, max: 1e300 },
      ...{ scale: -3, zeroCount: 5, zeroThreshold: 1e-12 },
      positive: { offset: -2147483648, counts: [1, 0, 2 ** 53 - 20] },
      negative: { offset: 7, counts: Array.from({ length: 160 }, () => 4) },
    },
    exemplars: [
      {
        timeUnixNano: later(2n),
        value: { kind: 'int', value: '-9007199254740991' },
        traceId,
        attributes: [{ key: 'http.route', value: { kind: 'string', value: '/orders/{id}' } }],
      },
      { timeUnixNano: later(1n), value: { kind: 'double', value: -2.5 }, traceId, spanId, attributes: [] },
    ],
  };
  const got = streams.map(({ startTimeUnixNano, timeUnixNano, value, exemplars }) => ({
    times: [startTimeUnixNano, timeUnixNano],
    value,
    exemplars,
  }));
  if (isDeepStrictEqual(got, [wanted])) return [];
  return [`the exponential histogram should be ${JSON.stringify(wanted)}, but is ${JSON.stringify(got)}`];
}
