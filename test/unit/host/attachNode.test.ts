import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AttachedPrograms } from '../../../src/host/attach/attachedPrograms';
import type { Entries } from '../../../src/host/attach/entries';
import { enterProgram, type EntryTarget } from '../../../src/host/attach/entry';
import type { InspectorModule } from '../../../src/host/attach/evaluate';
import { inspectablesAt } from '../../../src/host/attach/inspectables';
import type { EngineClient } from '../../../src/host/engineClient';
import type { RunId } from '../../../src/model/ids';
import type { PreloadBatch } from '../../../src/protocol/preload';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

const WITH_SDK = `
const { createRequire } = require('module');
const load = createRequire(${JSON.stringify(join(REPOSITORY, 'package.json'))});
const { trace } = load('@opentelemetry/api');
const { BasicTracerProvider } = load('@opentelemetry/sdk-trace-base');
trace.setGlobalTracerProvider(new BasicTracerProvider());
const tracer = trace.getTracer('early');
setInterval(() => {
  tracer.startSpan('tick').end();
}, 20);
console.error('ready');
`;

const WITHOUT_SDK = `
import { createServer, get } from 'node:http';
const server = createServer((request, response) => response.end());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  setInterval(() => {
    get({ port, host: '127.0.0.1' }, (response) => response.resume());
  }, 20);
  console.error('ready');
});
`;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

describe('a running Node program', () => {
  let folder: string;
  let withInspector: InspectorModule['withInspector'];
  let program: ChildProcess | undefined;
  let batches: PreloadBatch[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      batches.push(...(JSON.parse(body) as PreloadBatch[]));
      response.statusCode = status;
      response.end('{}');
    });
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spanline-attach-'));
    const bundles = ['esbuild.mjs', '--only=preload,capture,sdk,inspector', `--outdir=${folder}`];
    await promisify(execFile)(process.execPath, bundles, { cwd: REPOSITORY });
    const bundle = join(folder, 'inspector.js');
    ({ withInspector } = createRequire(bundle)(bundle) as InspectorModule);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }, 60_000);

  beforeEach(() => {
    batches = [];
    status = 200;
  });
  afterEach(() => void program?.kill('SIGKILL'));
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Gives the URL of its inspector, once the program says `word`. */
  async function start(name: string, source: string, word = 'ready'): Promise<string> {
    await writeFile(join(folder, name), source);
    const started = spawn(process.execPath, ['--inspect=0', name], {
      cwd: folder,
      // Not ours: a program that Vitest starts would be taken for a test.
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    program = started;
    let said = '';
    return new Promise((resolve) => {
      started.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const url = /ws:\/\/\S+/.exec(said)?.[0];
        if (url && said.includes(word)) resolve(url);
      });
    });
  }

  function target(): EntryTarget {
    const endpoint = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spoolDir: folder };
    return { preload: join(folder, 'preload', 'preload.cjs'), run: 'run-1' as RunId, endpoint, bundledSdk: true };
  }

  const enter = (url: string) => withInspector(url, (evaluate) => enterProgram(target(), evaluate));

  const variables = (url: string) =>
    withInspector(url, (evaluate) =>
      evaluate('JSON.stringify(Object.keys(process.env).filter((key) => /SPANLINE/.test(key)))'),
    );

  async function until(what: () => boolean): Promise<void> {
    while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  test('gives the spans of the SDK that it has, with their lines, and keeps its environment', async () => {
    const url = await start('sdk.cjs', WITH_SDK);
    const { state, facts } = await enter(url);
    expect([state, facts?.provider, facts?.pid]).toEqual(['entered', 'BasicTracerProvider', program?.pid]);
    await until(() => batches.length > 0);
    expect(new Set(batches.flatMap(({ sites }) => sites.map(([[file, line]]) => [file, line].join(':'))))).toEqual(
      new Set([`${join(folder, 'sdk.cjs')}:9`]),
    );
    expect([(await enter(url)).state, await variables(url)]).toEqual(['again', '[]']);
  });

  test('falls silent when the run is over, and is heard again when somebody attaches anew', async () => {
    const url = await start('quiet.cjs', WITH_SDK);
    await enter(url);
    await until(() => batches.length > 0);
    status = 409;
    const told = batches.length;
    await until(() => batches.length > told);
    status = 200;
    const last = batches.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(batches.length).toBe(last);
    await enter(url);
    await until(() => batches.length > last);
  });

  test('without an SDK gives its requests, although it imported them by name before', async () => {
    const url = await start('plain.mjs', WITHOUT_SDK);
    const { state, facts } = await enter(url);
    expect([state, facts?.sdks]).toEqual(['entered', []]);
    await until(() => batches.some(({ sites }) => sites.length > 0));
    const lines = batches.flatMap(({ sites }) => sites.map(([[, line]]) => line));
    expect(new Set(lines)).toEqual(new Set([7]));
  });

  test.each([
    ['plain.mjs', WITHOUT_SDK],
    ['plain.cjs', WITHOUT_SDK.replace(/import (.*) from (.*);/, 'const $1 = require($2);')],
    ['sdk.cjs', WITH_SDK],
  ])('is entered while Node still starts it: %s', async (name, source) => {
    for (let tries = 0; tries < 3; tries++) {
      batches = [];
      const url = await start(name, source, 'listening');
      expect((await enter(url)).state).toBe('entered');
      await until(() => batches.length > 0);
      program?.kill('SIGKILL');
    }
  });

  test.skipIf(process.platform === 'win32')('without an inspector is asked by a signal to open one', async () => {
    await writeFile(join(folder, 'signalled.cjs'), WITH_SDK);
    const port = await freePort();
    const args = [`--inspect-port=${port}`, 'signalled.cjs'];
    const started = spawn(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    program = started;
    await new Promise((resolve) => started.stderr.once('data', resolve)); // the signal ends a Node that is not up yet
    const info = { run: 'run-1' as RunId, name: 'signalled', startedAt: 0 };
    const enteredBy: Pick<Entries, 'begin' | 'end' | 'enter' | 'withInspector'> = {
      begin: () => info,
      end: () => {},
      enter: async (_run, _folder, evaluate) => enterProgram(target(), evaluate),
      withInspector,
    };
    const engine = { onExited: () => ({ dispose: () => {} }) } as unknown as EngineClient;
    const attached = new AttachedPrograms(enteredBy as Entries, engine);
    const entry = await attached.attachToProcess({ pid: started.pid!, commandLine: args.join(' ') });
    expect([entry.state, entry.facts?.pid]).toEqual(['entered', started.pid]);
    await until(() => batches.length > 0);
    const closed = async () => (await inspectablesAt(port)).length === 0;
    while (!(await closed())) await new Promise((resolve) => setTimeout(resolve, 50));
    attached.dispose();
  });

  test('that has no such file tells so', async () => {
    const url = await start('elsewhere.cjs', WITH_SDK);
    const endpoint = { url: 'http://127.0.0.1:9', spoolDir: folder };
    const nowhere = { ...target(), preload: join(folder, 'nowhere', 'preload.cjs'), endpoint };
    await expect(withInspector(url, (evaluate) => enterProgram(nowhere, evaluate))).rejects.toThrow(/does not see/);
  });
});
