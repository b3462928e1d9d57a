// What typing and opening feel like, and what a whole workspace costs beside a ts-morph project over all of it and beside
// typescript-eslint's typed no-floating-promises on the same files.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { CODE_CACHE_VARIABLE, SERVER_FLAGS } from '../../src/protocol/analysis';
import { buildServer, LanguageServer } from '../unit/analysis/languageServer';
import { modulePath, TRACED_EVERY, TRACED_EVERY_DENSE, writeWorkspace } from './support/lintWorkspace';
import { quantile } from './support/quantiles';

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const files = quick ? 300 : 1500;
  const turns = quick ? 1 : 3;
  const dense = await inWorkspace(files, TRACED_EVERY_DENSE, async (root) => ({
    ...(await keystrokes(root, quick ? 40 : 200)),
    ...(await firstResults(root, quick ? 3 : 7)),
    ...denseFigures(await measureRivals(root, ['ours', 'tsmorph'], turns)),
  }));
  const rivals = await inWorkspace(files, TRACED_EVERY, (root) =>
    measureRivals(root, ['ours', 'twoThreads', 'tsmorph', 'tseslint'], turns),
  );
  const figures = { files, ...dense, ...rivalFigures(rivals) };
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(42)} ${value}`);
  return figures;
}

async function inWorkspace<T>(files: number, tracedEvery: number, look: (root: string) => Promise<T>): Promise<T> {
  const root = await writeWorkspace(files, tracedEvery);
  try {
    return await look(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** In a process that is started as the server's is. */
async function keystrokes(root: string, turns: number): Promise<Record<string, number>> {
  const subject = join(root, '.bench', 'keystrokes.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'support', 'lintKeystrokes.ts')],
    outfile: subject,
    format: 'esm',
    platform: 'node',
    bundle: true,
    external: ['ts-morph'],
  });
  const { stdout } = await promisify(execFile)(process.execPath, [...SERVER_FLAGS, subject, root, String(turns)]);
  return JSON.parse(stdout) as Record<string, number>;
}

/** From the start of the built server's process to the first diagnostics of a file that is open. */
async function firstResults(root: string, turns: number): Promise<Record<string, number>> {
  const server = await buildServer();
  const uri = pathToFileURL(join(root, modulePath(8))).href;
  const text = await readFile(join(root, modulePath(8)), 'utf8');
  const first: number[] = [];
  const answered: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const before = performance.now();
    const client = await LanguageServer.start(server, {
      workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'bench' }],
    });
    answered.push(performance.now() - before);
    await client.open(uri, text);
    await client.diagnosticsThat(uri, (diagnostics) => diagnostics.length > 0);
    first.push(performance.now() - before);
    await client.stop();
  }
  return { server_answers_ms: round(quantile(answered, 0.5)), first_results_ms: round(quantile(first, 0.5)) };
}

/**
 * Each as a process of its own, from its start to its end: by the clock, by the processor time of all its threads, and by the memory
 * that it took at most. `ours` is the built command line with what an earlier run has kept, and again with two threads whatever it would
 * take. They take turns, so that a busy machine is as busy for each; medians.
 */
async function measureRivals(root: string, names: readonly RivalName[], turns: number): Promise<Measured> {
  const built = dirname(await buildServer());
  const scripts = await rivalScripts(root);
  const command = [join(built, 'cli.mjs'), 'lint', root, '--level', 'hint', '--format', 'json'];
  const commands: Readonly<Record<RivalName, readonly string[]>> = {
    ours: command,
    twoThreads: [...command, '--threads', '2'],
    tsmorph: [scripts.rivals, 'tsmorph', root],
    tseslint: [scripts.rivals, 'tseslint', root],
  };
  const env = { ...process.env, [CODE_CACHE_VARIABLE]: join(root, '.bench') };
  const measured: Record<RivalName, RivalFigures[]> = { ours: [], twoThreads: [], tsmorph: [], tseslint: [] };
  const own = names.filter((name) => name === 'ours' || name === 'twoThreads');
  for (const name of own) await measure(commands[name], scripts.measure, env); // keeps what V8 compiled
  for (let turn = 0; turn < turns; turn++)
    for (const name of names) measured[name].push(await measure(commands[name], scripts.measure, env));
  return (name, figure) =>
    quantile(
      measured[name].map((each) => each[figure]),
      0.5,
    );
}

function denseFigures(of: Measured): Record<string, number> {
  return {
    dense_scan_cpu_ms: round(of('ours', 'cpuMs')),
    dense_scan_ms: round(of('ours', 'wallMs')),
    dense_tsmorph_full_cpu_ms: round(of('tsmorph', 'cpuMs')),
    dense_tsmorph_full_ms: round(of('tsmorph', 'wallMs')),
    dense_times_faster_than_tsmorph: round(of('tsmorph', 'wallMs') / of('ours', 'wallMs')),
    dense_times_faster_than_tsmorph_cpu: round(of('tsmorph', 'cpuMs') / of('ours', 'cpuMs')),
  };
}

function rivalFigures(of: Measured): Record<string, number> {
  const ratio = (name: RivalName, figure: keyof RivalFigures) => round(of(name, figure) / of('ours', figure));
  return {
    scan_cpu_ms: round(of('ours', 'cpuMs')),
    scan_ms: round(of('ours', 'wallMs')),
    scan_peak_mb: round(of('ours', 'peakMb')),
    scan_two_threads_cpu_ms: round(of('twoThreads', 'cpuMs')),
    scan_two_threads_ms: round(of('twoThreads', 'wallMs')),
    scan_two_threads_peak_mb: round(of('twoThreads', 'peakMb')),
    tsmorph_full_cpu_ms: round(of('tsmorph', 'cpuMs')),
    tsmorph_full_ms: round(of('tsmorph', 'wallMs')),
    tsmorph_full_peak_mb: round(of('tsmorph', 'peakMb')),
    tseslint_cpu_ms: round(of('tseslint', 'cpuMs')),
    tseslint_ms: round(of('tseslint', 'wallMs')),
    tseslint_peak_mb: round(of('tseslint', 'peakMb')),
    times_faster_than_tsmorph: ratio('tsmorph', 'wallMs'),
    times_faster_than_tsmorph_cpu: ratio('tsmorph', 'cpuMs'),
    two_threads_times_faster_than_tsmorph: round(of('tsmorph', 'wallMs') / of('twoThreads', 'wallMs')),
    two_threads_times_faster_than_tsmorph_cpu: round(of('tsmorph', 'cpuMs') / of('twoThreads', 'cpuMs')),
    times_faster_than_tseslint: ratio('tseslint', 'wallMs'),
    times_faster_than_tseslint_cpu: ratio('tseslint', 'cpuMs'),
    scan_share_of_tsmorph_memory: round(of('ours', 'peakMb') / of('tsmorph', 'peakMb')),
  };
}

type RivalName = 'ours' | 'twoThreads' | 'tsmorph' | 'tseslint';
/** The median. */
type Measured = (name: RivalName, figure: keyof RivalFigures) => number;

interface RivalFigures {
  /** Of all threads of the process. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Of resident memory. */
  readonly peakMb: number;
}

/** Loaded before all else; a thread of the process loads it as well, and has nothing to tell. */
const MEASURE = `if (require('node:worker_threads').isMainThread)
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const figures = { cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 };
    require('node:fs').writeFileSync(process.env.MEASURED, JSON.stringify(figures));
  });
`;

/** As plain JavaScript, in a folder that no scan looks into and from which installed packages are found. */
async function rivalScripts(root: string): Promise<{ readonly rivals: string; readonly measure: string }> {
  const folder = join(root, '.bench');
  const scripts = { rivals: join(folder, 'rivals.mjs'), measure: join(folder, 'measure.cjs') };
  await build({
    entryPoints: [join(import.meta.dirname, 'support', 'lintRivals.ts')],
    outfile: scripts.rivals,
    format: 'esm',
    platform: 'node',
  });
  await writeFile(scripts.measure, MEASURE);
  return scripts;
}

async function measure(command: readonly string[], script: string, env: NodeJS.ProcessEnv): Promise<RivalFigures> {
  const told = `${script}.json`;
  await rm(told, { force: true });
  const started = performance.now();
  const child = spawn(process.execPath, ['--require', script, ...command], {
    env: { ...env, MEASURED: told },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  const wallMs = performance.now() - started;
  if (code > 1 || said !== '') throw new Error(`${command.join(' ')} ended with ${code} and says: ${said}`);
  return { wallMs, ...(JSON.parse(await readFile(told, 'utf8')) as Omit<RivalFigures, 'wallMs'>) };
}

const round = (value: number): number => Number(value.toFixed(value < 10 ? 2 : 0));
