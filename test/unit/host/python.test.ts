import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JOURNAL_FOLDER, type PreloadBatch } from '../../../src/protocol/preload';
import { PYTHON_SDK } from '../../support/pythonSdk';

const OURS = join(import.meta.dirname, '..', '..', '..', 'src', 'preload', 'python');
/** What is on disk of a program that is killed a moment after a span ended. */
const KILLED = `import os, signal, sys, time
from opentelemetry.sdk.trace import TracerProvider
tracer = TracerProvider().get_tracer("shop")
tracer.start_span("never ends")
time.sleep(0.5)
tracer.start_span("the last").end()
time.sleep(float(sys.argv[1]) if len(sys.argv) > 1 else 0.1)
os.kill(os.getpid(), signal.SIGKILL)
`;

/** Processes of a pool end without what \`atexit\` has; their parent must not hear of threads that it does not know. */
const FORKS = `import multiprocessing, warnings
warnings.simplefilter("always")
from opentelemetry.sdk.trace import TracerProvider
tracer = TracerProvider().get_tracer("shop")
def work(number):
    tracer.start_span("in a child %d" % number).end()
if __name__ == "__main__":
    tracer.start_span("before").end()
    children = [multiprocessing.get_context("fork").Process(target=work, args=(number,)) for number in range(3)]
    for child in children: child.start()
    for child in children: child.join()
    tracer.start_span("after").end()
`;

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

/** As opentelemetry-instrument is put together: it becomes the program, with its own sitecustomize in front. */
const LAUNCHER = `
import sys
from os import environ, execl, pathsep
from os.path import abspath, dirname

def run():
    own = dirname(abspath(__file__))
    others = [each for each in environ.get("PYTHONPATH", "").split(pathsep) if each != own]
    environ["PYTHONPATH"] = pathsep.join([own] + others)
    execl(sys.executable, sys.executable, *sys.argv[1:])
`;
const LAUNCHERS = 'sdk/opentelemetry/instrumentation/auto_instrumentation';

describe.skipIf(python === undefined)('a Python program', () => {
  const batches: PreloadBatch[] = [];
  const runs: unknown[] = [];
  let status = 200;
  let folder: string;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      batches.push(...(JSON.parse(body) as PreloadBatch[]));
      runs.push(request.headers['x-spanline-run']);
      response.statusCode = status;
      response.end('{}');
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    folder = await mkdtemp(join(tmpdir(), 'spanline-python-'));
    const files = {
      'sdk/opentelemetry/sdk/trace/__init__.py': PYTHON_SDK,
      'app/main.py': MAIN,
      'app/killed.py': KILLED,
      'app/forks.py': FORKS,
      'theirs/sitecustomize.py': '',
      [`${LAUNCHERS}/__init__.py`]: LAUNCHER,
      [`${LAUNCHERS}/sitecustomize.py`]: '',
      'bin/opentelemetry-instrument': 'from opentelemetry.instrumentation.auto_instrumentation import run\nrun()\n',
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

  function start(main = 'app/main.py', more: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const PYTHONPATH = [OURS, join(folder, 'theirs'), join(folder, 'sdk')].join(delimiter);
    const env = {
      ...process.env,
      PYTHONPATH,
      PYTHONDONTWRITEBYTECODE: '1',
      SPANLINE_ENDPOINT: endpoint,
      SPANLINE_RUN: 'run-1',
    };
    return run(python!, [join(folder, main), ...args], { env: { ...env, ...more } });
  }

  async function withSpool(main: string): Promise<{ names: string[]; open: string[]; stderr: string }> {
    const spool = await mkdtemp(join(folder, 'spool-'));
    const live = join(spool, JOURNAL_FOLDER);
    await mkdir(live);
    status = 503;
    const ended = start(main, { SPANLINE_SPOOL: spool }).then(
      ({ stderr }) => stderr,
      ({ stderr }: { stderr: string }) => stderr,
    );
    const stderr = await ended;
    status = 200;
    const files = await readdir(live);
    const texts = await Promise.all(files.map((file) => readFile(join(live, file), 'utf8')));
    const lines = texts.flatMap((text) => text.split('\n').filter(Boolean));
    const noted = lines.map((line) => JSON.parse(line) as PreloadBatch);
    const names = (groups: readonly unknown[]) => spansIn(groups).map(({ name }) => name);
    return {
      names: noted.flatMap(({ resourceSpans }) => names(resourceSpans)).sort(),
      open: noted.flatMap(({ open }) => names(open ?? [])),
      stderr,
    };
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

  test.skipIf(process.platform === 'win32')('that opentelemetry-instrument becomes is recorded, too', async () => {
    batches.length = 0;
    const { stdout } = await start('bin/opentelemetry-instrument', {}, [join(folder, 'app/main.py')]);
    expect(stdout.trim().split('\n')).toEqual([join(folder, LAUNCHERS, 'sitecustomize.py'), '[]']);
    const names = batches.flatMap(({ resourceSpans }) => spansIn(resourceSpans).map(({ name }) => name));
    expect(names).toEqual(['reserve', 'GET']);
  });

  test.skipIf(process.platform === 'win32')('that is killed has left what ended, and what was under way', async () => {
    expect(await withSpool('app/killed.py')).toEqual({ names: ['the last'], open: ['never ends'], stderr: '' });
  });

  test.skipIf(process.platform === 'win32')(
    'has the spans of forked children, and is not warned of our thread',
    async () => {
      const { names, stderr } = await withSpool('app/forks.py');
      expect(stderr).toBe('');
      expect(names).toEqual(['after', 'before', ...[0, 1, 2].map((number) => `in a child ${number}`)]);
    },
  );

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
