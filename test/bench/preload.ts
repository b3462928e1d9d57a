// What the preload costs the program that it is in: latency of an HTTP service, start-up, and one captured call site. What is measured
// is built as for the package.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { JOURNAL_FOLDER, PRELOAD_ENV } from '../../src/protocol/preload';
import { INSTALLED, installProgram } from '../matrix/programs';
import { installNode } from '../vscode/harness/nodeInstall';
import { REPOSITORY } from '../vscode/harness/paths';
import { run as runProgram } from '../vscode/harness/shell';
import type { CaptureCosts } from './support/captureSubject';
import type { DrainAddress } from './support/drain';
import { compareServices } from './support/services';
import { compareStarts } from './support/starts';

/** The oldest Node that the preload runs on, and the newer lines, beside the one that runs this. */
const NODES = ['18.20.8', '22.23.3', '24.21.0', '26.9.0'];

type Figures = Record<string, number>;

export async function run({ quick }: { readonly quick: boolean }): Promise<Figures> {
  for (const program of ['sdk2', 'plain']) await installProgram(program);
  goFirst();
  const bed = await TestBed.open();
  const repeats = quick ? { pairs: 3, rounds: 12 } : { pairs: 10, rounds: 18 };
  try {
    return {
      ...(await measureRequests(bed, 5, repeats)),
      ...(await measureRequests(bed, 26, repeats)),
      ...measureStarts(bed, quick ? 12 : 60),
      ...(await measureCaptures(bed, quick ? 20_000 : 100_000)),
    };
  } finally {
    await bed.close();
  }
}

/** What is measured comes before whatever else the machine does, where the system lets us. Children inherit it. */
function goFirst(): void {
  try {
    setPriority(-20);
  } catch {
    console.log('Without the right to a higher priority: on a busy machine the bounds are wide.');
  }
}

/** The built preload, a place for its journals, and a process that stands for the engine and for the program's backend. */
class TestBed {
  private constructor(
    readonly folder: string,
    private readonly drain: ChildProcess,
    private readonly url: string,
  ) {}

  static async open(): Promise<TestBed> {
    const folder = await mkdtemp(join(tmpdir(), 'spanline-bench-'));
    await mkdir(join(folder, 'spool', JOURNAL_FOLDER), { recursive: true });
    const bundles = ['--production', '--only=preload,capture,sdk', `--outdir=${folder}`];
    await runProgram(process.execPath, [join(REPOSITORY, 'esbuild.mjs'), ...bundles]);
    const drain = fork(join(import.meta.dirname, 'support/drain.ts'));
    const [{ port }] = (await once(drain, 'message')) as [DrainAddress];
    return new TestBed(folder, drain, `http://127.0.0.1:${port}`);
  }

  environment(withPreload: boolean): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    const plain = { PATH, HOME, OTEL_EXPORTER_OTLP_ENDPOINT: this.url };
    if (!withPreload) return plain;
    return {
      ...plain,
      NODE_OPTIONS: `--require "${join(this.folder, 'preload', 'preload.cjs')}"`,
      [PRELOAD_ENV.endpoint]: this.url,
      [PRELOAD_ENV.run]: 'bench',
      [PRELOAD_ENV.spool]: join(this.folder, 'spool'),
    };
  }

  async close(): Promise<void> {
    this.drain.disconnect();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function measureRequests(
  bed: TestBed,
  spans: number,
  repeats: { readonly pairs: number; readonly rounds: number },
): Promise<Figures> {
  const service = { folder: join(INSTALLED, 'sdk2'), script: 'service.cjs' };
  const { added, nothing, plainMs, treatedMs, addedCpuMicros } = await compareServices(
    { ...service, env: bed.environment(false) },
    { ...service, env: bed.environment(true) },
    `/${spans}`,
    repeats,
  );
  return printed({
    [`http_p50_added_pct_${spans}`]: rounded(added.median, 2),
    [`http_p50_added_pct_${spans}_low`]: rounded(added.low, 2),
    [`http_p50_added_pct_${spans}_high`]: rounded(added.high, 2),
    [`http_p50_nothing_added_pct_${spans}`]: rounded(nothing.median, 2),
    [`http_p50_nothing_added_pct_${spans}_low`]: rounded(nothing.low, 2),
    [`http_p50_nothing_added_pct_${spans}_high`]: rounded(nothing.high, 2),
    [`http_p50_sdk_ms_${spans}`]: rounded(plainMs, 3),
    [`http_p50_preload_ms_${spans}`]: rounded(treatedMs, 3),
    [`http_added_cpu_us_${spans}`]: rounded(addedCpuMicros, 0),
  });
}

/** What starting with us adds, in a program with an SDK, in one that gets ours, and in one where nothing of us is needed. */
function measureStarts(bed: TestBed, rounds: number): Figures {
  const programs = {
    with_sdk: ['sdk2', 'starts.cjs'],
    without_sdk: ['plain', 'starts.cjs'],
    untraced: ['plain', '-p', '0'],
  };
  const figures: Figures = {};
  for (const [name, [program, ...args]] of Object.entries(programs)) {
    const run = { cwd: join(INSTALLED, program), args };
    const { added, nothing } = compareStarts(
      { ...run, env: bed.environment(false) },
      { ...run, env: bed.environment(true) },
      rounds,
    );
    figures[`start_added_ms_${name}`] = rounded(added.median, 1);
    figures[`start_added_ms_${name}_low`] = rounded(added.low, 1);
    figures[`start_added_ms_${name}_high`] = rounded(added.high, 1);
    figures[`start_nothing_added_ms_${name}`] = rounded(nothing.median, 1);
  }
  return printed(figures);
}

/** A stack of the learned depth taken under twenty frames, and the same formatted, by the line of Node. */
async function measureCaptures(bed: TestBed, count: number): Promise<Figures> {
  const outfile = join(bed.folder, 'capture.cjs');
  const entry = join(import.meta.dirname, 'support/captureSubject.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node18', logLevel: 'error' });
  const figures: Figures = {};
  for (const version of [process.versions.node, ...NODES]) {
    const name = `node${version.split('.')[0]}`;
    if (figures[`capture_ns_${name}`] !== undefined) continue;
    const node = await installNode(version, console.log);
    const { capture, format } = JSON.parse(await runProgram(node, [outfile, String(count)])) as CaptureCosts;
    figures.capture_ns ??= capture;
    figures[`capture_ns_${name}`] = capture;
    figures[`format_ns_${name}`] = format;
  }
  return printed(figures);
}

function printed(figures: Figures): Figures {
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(36)} ${value}`);
  return figures;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
