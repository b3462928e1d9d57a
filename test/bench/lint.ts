// What typing and opening feel like, and what a whole workspace costs beside a ts-morph project over all of it and beside
// typescript-eslint's typed no-floating-promises on the same files.
import { fork } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Engine } from '../../src/analysis/engine';
import { TYPED_TOGETHER } from '../../src/analysis/scan';
import { silentLog } from '../../src/base/log';
import { CODE_CACHE_VARIABLE } from '../../src/protocol/analysis';
import { buildServer, LanguageServer } from '../unit/analysis/languageServer';
import type { RivalFigures } from './support/lintRivals';
import { modulePath, writeWorkspace } from './support/lintWorkspace';
import { quantile } from './support/quantiles';

const SETTINGS = { enabled: true, rules: {}, wrappers: [] };

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const files = quick ? 300 : 1500;
  const root = await writeWorkspace(files);
  try {
    const figures = {
      files,
      ...(await keystrokes(root, quick ? 40 : 200)),
      ...(await firstResults(root, quick ? 3 : 7)),
      ...(await rivals(root)),
    };
    for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(26)} ${value}`);
    return figures;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Types a name into a traced file, character by character, and looks at it after each. */
async function keystrokes(root: string, turns: number): Promise<Record<string, number>> {
  const path = join(root, modulePath(8));
  const text = await readFile(path, 'utf8');
  const at = text.indexOf("addEvent('") + "addEvent('".length;
  const engine = new Engine({ open: () => undefined }, silentLog);
  const typed = (turn: number) => text.slice(0, at) + 'x'.repeat(turn) + text.slice(at);
  const time = (look: (text: string) => unknown) => {
    const times: number[] = [];
    for (let turn = -20; turn < turns; turn++) {
      const now = typed(turn + 20);
      const before = performance.now();
      look(now);
      if (turn >= 0) times.push(performance.now() - before);
    }
    return times;
  };
  const syntax = time((now) => engine.lint(path, now, SETTINGS));
  const types = time((now) => engine.lintTyped(path, now, SETTINGS));
  engine.prepareTypes(await tracedFiles(root));
  const inLargest = time((now) => engine.lintTyped(path, now, SETTINGS));
  return {
    keystroke_syntax_ms_p50: round(quantile(syntax, 0.5)),
    keystroke_syntax_ms_p95: round(quantile(syntax, 0.95)),
    keystroke_typed_ms_p50: round(quantile(types, 0.5)),
    keystroke_typed_ms_p95: round(quantile(types, 0.95)),
    keystroke_largest_program_ms_p95: round(quantile(inLargest, 0.95)),
  };
}

/** As many as share a program while a workspace is scanned: there is never a larger one. */
function tracedFiles(root: string): Promise<{ path: string; text: string }[]> {
  const paths = Array.from({ length: TYPED_TOGETHER }, (_, index) => join(root, modulePath(index)));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
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

/** Each in a process of its own. Milliseconds are of processor time, in which other work on the machine does not count. */
async function rivals(root: string): Promise<Record<string, number>> {
  const compiler = join(dirname(await buildServer()), 'analysis', 'compiler.cjs');
  const rival = (name: string) => startRival(name, root, compiler);
  await rival('ours'); // the first on a machine keeps what was compiled
  const ours = await rival('ours');
  const untyped = await rival('untyped');
  const tsmorph = await rival('tsmorph');
  const tseslint = await rival('tseslint');
  return {
    scan_ms: round(ours.ms),
    scan_wall_ms: round(ours.wallMs),
    scan_peak_mb: round(ours.peakMb),
    scan_syntax_ms: round(untyped.ms),
    tsmorph_full_ms: round(tsmorph.ms),
    tsmorph_full_wall_ms: round(tsmorph.wallMs),
    tsmorph_full_peak_mb: round(tsmorph.peakMb),
    tseslint_ms: round(tseslint.ms),
    tseslint_peak_mb: round(tseslint.peakMb),
    times_faster_than_tsmorph: round(tsmorph.ms / ours.ms),
    times_faster_than_tsmorph_wall: round(tsmorph.wallMs / ours.wallMs),
    times_faster_than_tseslint: round(tseslint.ms / ours.ms),
    scan_share_of_tsmorph_memory: round(ours.peakMb / tsmorph.peakMb),
  };
}

function startRival(name: string, root: string, compiler: string): Promise<RivalFigures> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'support', 'lintRivals.ts'), [name, root, compiler], {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, [CODE_CACHE_VARIABLE]: dirname(compiler) },
    });
    child.once('message', (figures) => resolve(figures as RivalFigures));
    child.once('exit', (code) => reject(new Error(`The scan "${name}" ended with ${code} and no figures`)));
  });
}

const round = (value: number): number => Number(value.toFixed(value < 10 ? 2 : 0));
