import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { enterProgram } from '../../../src/host/attach/entry';
import type { InspectorModule } from '../../../src/host/attach/evaluate';
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

  function enter(url: string) {
    const endpoint = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spoolDir: folder };
    const preload = join(folder, 'preload', 'preload.cjs');
    const target = { preload, run: 'run-1' as RunId, endpoint, bundledSdk: true };
    return withInspector(url, (evaluate) => enterProgram(target, evaluate));
  }

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

  test('that has no such file tells so', async () => {
    const url = await start('elsewhere.cjs', WITH_SDK);
    const endpoint = { url: 'http://127.0.0.1:9', spoolDir: folder };
    const target = {
      preload: join(folder, 'nowhere', 'preload.cjs'),
      run: 'run-1' as RunId,
      endpoint,
      bundledSdk: true,
    };
    await expect(withInspector(url, (evaluate) => enterProgram(target, evaluate))).rejects.toThrow(/does not see/);
  });
});
