import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PreloadBatch } from '../../../src/protocol/preload';

const OURS = join(import.meta.dirname, '..', '..', '..', 'src', 'preload', 'python');
const run = promisify(execFile);
const python = await ['python3', 'python'].reduce<Promise<string | undefined>>(
  async (found, name) =>
    (await found) ??
    (await run(name, ['-c', 'import sys; assert sys.version_info >= (3, 7)']).then(
      () => name,
      () => undefined,
    )),
  Promise.resolve(undefined),
);

/** As much of OpenTelemetry's SDK as the copies look at. */
const SDK = `
import enum, itertools, time
class Kind(enum.Enum):
    INTERNAL = 0
    SERVER = 1
class Code(enum.Enum):
    UNSET = 0
class Bag:
    def __init__(self, **values): self.__dict__.update(values)
class TracerProvider:
    def __init__(self): self.processors = []
    def add_span_processor(self, processor): self.processors.append(processor)
    def get_tracer(self, name): return Tracer(self, name)
class Tracer:
    ids = itertools.count(1)
    def __init__(self, provider, name): self.provider, self.name = provider, name
    def start_span(self, name, kind=Kind.INTERNAL):
        span = Span()
        span.__dict__.update(provider=self.provider, name=name, kind=kind, start_time=time.time_ns(), end_time=None,
            context=Bag(trace_id=7, span_id=next(Tracer.ids), trace_flags=1, trace_state=None), parent=None,
            attributes={"answer": 42, "ratio": float("inf"), "tags": ["a", True]}, events=[], links=[],
            status=Bag(status_code=Code.UNSET, description=None), resource=Bag(attributes={"service.name": "shop"}),
            instrumentation_scope=Bag(name=self.name, version=None))
        for processor in self.provider.processors: processor.on_start(span, None)
        return span
class Span:
    def end(self):
        self.end_time = time.time_ns()
        for processor in self.provider.processors: processor.on_end(self)
`;

const MAIN = `import os, sys
from opentelemetry.sdk.trace import TracerProvider, Kind
provider = TracerProvider()
tracer = provider.get_tracer("shop")
def reserve():
    tracer.start_span("reserve").end()
reserve()
provider.get_tracer("opentelemetry.instrumentation.asgi").start_span("GET", Kind.SERVER).end()
tracer.start_span("never ends")
print(sys.modules["sitecustomize"].__file__)
print([folder for folder in sys.path if "preload" in folder])
`;

describe.skipIf(python === undefined)('a Python program', () => {
  const batches: PreloadBatch[] = [];
  const runs: unknown[] = [];
  let status = 200;
  let folder: string;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      batches.push(JSON.parse(body) as PreloadBatch);
      runs.push(request.headers['x-spanline-run']);
      response.statusCode = status;
      response.end('{}');
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    folder = await mkdtemp(join(tmpdir(), 'spanline-python-'));
    const files = {
      'sdk/opentelemetry/sdk/trace/__init__.py': SDK,
      'app/main.py': MAIN,
      'theirs/sitecustomize.py': '',
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });

  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  function start(main = 'app/main.py', more: Readonly<Record<string, string>> = {}) {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const PYTHONPATH = [OURS, join(folder, 'theirs'), join(folder, 'sdk')].join(delimiter);
    const env = {
      ...process.env,
      PYTHONPATH,
      PYTHONDONTWRITEBYTECODE: '1',
      SPANLINE_ENDPOINT: endpoint,
      SPANLINE_RUN: 'run-1',
    };
    return run(python!, [join(folder, main)], { env: { ...env, ...more } });
  }

  test('sends its spans with their lines, and at its end what is open', async () => {
    await start();
    const sites = batches.flatMap((batch) =>
      spansIn(batch.resourceSpans).map((span) => [span.name, ...siteOf(batch, span)]),
    );
    expect(sites).toEqual([['reserve', 'main.py', 6, 'reserve'], ['GET']]);
    expect(batches.flatMap(({ open }) => spansIn(open ?? []).map(({ name }) => name))).toEqual(['never ends']);
    expect(new Set(runs)).toEqual(new Set(['run-1']));
    const [span] = spansIn(batches[0].resourceSpans);
    expect(span).toMatchObject({ traceId: '7'.padStart(32, '0'), kind: 1, flags: 1 });
    expect(span.attributes).toEqual([
      { key: 'answer', value: { intValue: '42' } },
      { key: 'ratio', value: { doubleValue: 'Infinity' } },
      { key: 'tags', value: { arrayValue: { values: [{ stringValue: 'a' }, { boolValue: true }] } } },
    ]);
  });

  test('finds its own sitecustomize, and none of ours in its path', async () => {
    const { stdout } = await start();
    expect(stdout.trim().split(/\r?\n/)).toEqual([join(folder, 'theirs', 'sitecustomize.py'), '[]']);
  });

  test('runs to its end at once when nobody listens, or the run is over', async () => {
    const dead = { SPANLINE_ENDPOINT: 'http://127.0.0.1:9' };
    status = 409;
    for (const more of [dead, {}]) expect((await start('app/main.py', more)).stderr).toBe('');
  });
});

interface SentSpan {
  readonly name: string;
  readonly attributes: unknown;
  readonly spanlineSite?: number;
}

function spansIn(resourceSpans: readonly unknown[]): SentSpan[] {
  const groups = resourceSpans as { scopeSpans: { spans: SentSpan[] }[] }[];
  return groups.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

/** File name, line and function; nothing where the span has no site. */
function siteOf({ sites }: PreloadBatch, { spanlineSite }: SentSpan): (string | number)[] {
  if (spanlineSite === undefined) return [];
  const [file, line, , name] = sites[spanlineSite][0];
  return [file.replace(/^.*[\\/]/, ''), line, name];
}
