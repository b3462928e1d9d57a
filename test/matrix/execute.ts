import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeEnvironment } from '../../src/host/debug/nodeEnvironment';
import type { RunId } from '../../src/model/ids';
import { JOURNAL_FOLDER, SPOOL_EXTENSION, type PreloadBatch } from '../../src/protocol/preload';
import { parseLines } from '../../src/engine/preloadBatches';
import { REPOSITORY } from '../vscode/harness/paths';
import { type AttachTo, INSPECT, startWork } from './attach';
import { RUN, type Sinks } from './sinks';
import { flatten, type FlatSpan } from './spans';

export const PRELOAD = join(REPOSITORY, 'dist', 'preload', 'preload.cjs');
const LONGEST_MS = 60_000;
/** The last request of an ended process may still be on its way through the kernel. */
const SETTLE_MS = 30;

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** NODE_OPTIONS of the program's own. */
  readonly nodeOptions: string;
  /** It waits for a word on stdin until somebody has attached. */
  readonly attach: boolean;
}

export interface Execution {
  /** Exit code, or the signal's name. */
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
  /** Each once, although what was unacknowledged at the end is in the spool again. */
  readonly batches: readonly PreloadBatch[];
  readonly backend: readonly FlatSpan[];
  readonly faults: readonly string[];
}

/** Runs a program to its end, with the preload or as it would run without us. */
export async function execute(command: Command, sinks: Sinks, withPreload: boolean): Promise<Execution> {
  sinks.drain();
  const spool = await mkdtemp(join(tmpdir(), 'spanline-matrix-'));
  await mkdir(join(spool, JOURNAL_FOLDER));
  const ours = nodeEnvironment({
    platform: process.platform,
    preload: PRELOAD,
    run: RUN as RunId,
    endpoint: { url: sinks.endpoint, spoolDir: spool },
    bundledSdk: true,
    env: { NODE_OPTIONS: command.nodeOptions },
    fileEnv: {},
  }) as Record<string, string>;
  const target: AttachTo = { preload: PRELOAD, endpoint: sinks.endpoint, spool };
  const env: NodeJS.ProcessEnv = {
    ...cleanEnvironment(),
    OTEL_EXPORTER_OTLP_ENDPOINT: sinks.backendUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    NODE_OPTIONS: command.nodeOptions,
    ...(withPreload && !command.attach ? ours : {}),
    ...command.env,
  };
  const ended = await runToEnd(command, env, withPreload ? target : undefined);
  await delay(SETTLE_MS);
  const { batches, backend, faults } = sinks.drain();
  const all = new Map([...batches, ...(await readSpool(spool, faults))].map((batch) => [batch.id, batch]));
  await rm(spool, { recursive: true, force: true });
  return { ...ended, batches: finalBatches([...all.values()]), backend, faults };
}

/** Without what came again, or ended in another batch. */
function finalBatches(batches: readonly PreloadBatch[]): PreloadBatch[] {
  const final = batches.filter(({ provisional }) => !provisional);
  const spansIn = (batch: PreloadBatch) => flatten(batch).map(({ spanId }) => spanId);
  const arrived = new Set(final.flatMap(spansIn));
  const killed = batches.filter((batch) => batch.provisional && !spansIn(batch).some((id) => arrived.has(id)));
  return [...final, ...killed];
}

type Ended = Pick<Execution, 'exit' | 'stdout' | 'stderr' | 'milliseconds'>;

function runToEnd(
  { program, args, cwd, attach }: Command,
  env: NodeJS.ProcessEnv,
  target: AttachTo | undefined,
): Promise<Ended> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const all = attach ? [INSPECT, ...args] : args;
    const child = spawn(program, all, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    if (attach) startWork(child, target).catch(reject);
    else child.stdin.end();
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const limit = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ exit: signal ?? code ?? -1, stdout, stderr, milliseconds: performance.now() - started });
    });
  });
}

/** Ours without what would make the programs behave otherwise than a user's. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(OTEL_|SPANLINE_|npm_|NODE_|TSX_|VSCODE_)/i.test(key)),
  );
}

/** What processes left that ended by themselves, and the journals of those that were killed. */
async function readSpool(folder: string, faults: string[]): Promise<PreloadBatch[]> {
  const names = (await readdir(folder)).filter((name) => name !== JOURNAL_FOLDER);
  faults.push(...names.filter((name) => !name.endsWith(SPOOL_EXTENSION)).map((name) => `spool holds ${name}`));
  const journals = (await readdir(join(folder, JOURNAL_FOLDER))).map((name) => join(JOURNAL_FOLDER, name));
  const files = [...names.filter((name) => name.endsWith(SPOOL_EXTENSION)), ...journals];
  const contents = await Promise.all(files.map((name) => readFile(join(folder, name))));
  return contents.flatMap((content) => {
    const batches = parseLines(content, true);
    if (!('fault' in batches)) return batches;
    faults.push(batches.fault);
    return [];
  });
}
