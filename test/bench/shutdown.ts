// Which spans arrive of those that ended before the program did, for each way to end: by itself, by a signal, by the debugger's stop
// button. Eight spans are under way at any time and end at random moments, about 50 of them in the last 300 ms; the whole way is
// measured, from the program's span to the engine's store.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { silentLog } from '../../src/base/log';
import type { Engine } from '../../src/engine/engine';
import { startEngine } from '../../src/engine/startEngine';
import type { RunId } from '../../src/model/ids';
import { PRELOAD_ENV } from '../../src/protocol/preload';
import { PRELOAD } from '../matrix/execute';
import { INSTALLED, installProgram } from '../matrix/programs';
import { QUIET_ENGINE } from '../support/engineSettings';

/** What a program's end is brought about by. js-debug's stop button kills by SIGKILL unless launch.json says otherwise. */
const ENDS = {
  exit: undefined,
  throw: undefined,
  rejection: undefined,
  stop_button: 'SIGKILL',
  sigterm: 'SIGTERM',
} as const;
type End = keyof typeof ENDS;

const PROGRAMS = {
  sdk2: { folder: 'sdk2', args: ['provider'] },
  without_sdk: { folder: 'api-only', args: [] },
} as const;

/** Only spans of the last moments are in danger. */
const LAST_MS = 300;
const AT_ONCE = 2;

interface Tally {
  ended: number;
  arrived: number;
  /** Tries of which everything arrived. */
  whole: number;
}

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  for (const { folder } of Object.values(PROGRAMS)) await installProgram(folder);
  const storageDir = await mkdtemp(join(tmpdir(), 'spanline-shutdown-'));
  const engine = startEngine({ ...QUIET_ENGINE, storageDir }, silentLog);
  const figures: Record<string, number> = {};
  try {
    for (const end of Object.keys(ENDS) as End[]) {
      const tallies = [];
      for (const program of Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]) {
        const tries = quick ? 10 : end === 'stop_button' || end === 'sigterm' ? 100 : 20;
        const tally = await tryOften(engine, program, end, tries);
        tallies.push(tally);
        figures[`${end}_${program}_pct`] = percent([tally]);
        const words = `${tally.arrived} of ${tally.ended} spans, ${tally.whole} of ${tries} tries without a loss`;
        console.log(
          `${end.padEnd(12)} ${program.padEnd(12)} ${figures[`${end}_${program}_pct`].toFixed(2)} %  (${words})`,
        );
      }
      figures[`${end}_pct`] = percent(tallies);
    }
  } finally {
    await engine.shutdown();
    await rm(storageDir, { recursive: true, force: true });
  }
  return figures;
}

async function tryOften(engine: Engine, program: keyof typeof PROGRAMS, end: End, tries: number): Promise<Tally> {
  const tally = { ended: 0, arrived: 0, whole: 0 };
  let left = tries;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const { ended, arrived } = await tryOnce(engine, program, end);
      tally.ended += ended;
      tally.arrived += arrived;
      if (arrived === ended) tally.whole++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return tally;
}

let runs = 0;

/** Starts the program, has it end, and asks the engine which of the spans of the last moments it has. */
async function tryOnce(
  engine: Engine,
  program: keyof typeof PROGRAMS,
  end: End,
): Promise<{ ended: number; arrived: number }> {
  const run = `shutdown-${++runs}` as RunId;
  const { url, spoolDir } = await engine.openSession({ run, name: run, startedAt: Date.now() });
  const lifetime = LAST_MS + Math.random() * LAST_MS;
  const { PATH, HOME } = process.env;
  const log = `${spoolDir}.log`;
  const child = spawn(process.execPath, ['last-spans.cjs', end, String(lifetime), log, ...PROGRAMS[program].args], {
    cwd: join(INSTALLED, PROGRAMS[program].folder),
    env: {
      PATH,
      HOME,
      NODE_OPTIONS: `--require "${PRELOAD}"`,
      [PRELOAD_ENV.endpoint]: url,
      [PRELOAD_ENV.run]: run,
      [PRELOAD_ENV.spool]: spoolDir,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const signal = ENDS[end];
  child.stdout.once('data', () => signal && setTimeout(() => child.kill(signal), lifetime));
  await once(child, 'close');
  await engine.closeSession(run);
  const last = namesOfLast(await readFile(log, 'utf8'));
  const known = await namesOf(engine, run);
  return { ended: last.length, arrived: last.filter((name) => known.has(name)).length };
}

/** Of what ended, the names in the last moments before the last. */
function namesOfLast(log: string): string[] {
  const lines = log
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '));
  const since = Number(lines.at(-1)?.[1]) - LAST_MS;
  return lines.filter(([, at]) => Number(at) >= since).map(([name]) => name);
}

async function namesOf(engine: Engine, run: RunId): Promise<Set<string>> {
  const newest = await engine.traces({ limit: 2_000 });
  return new Set(newest.filter((trace) => trace.run === run && trace.duration > 0).map(({ rootName }) => rootName));
}

function percent(tallies: readonly Tally[]): number {
  const [ended, arrived] = (['ended', 'arrived'] as const).map((member) =>
    tallies.reduce((sum, tally) => sum + tally[member], 0),
  );
  return Math.floor((arrived / ended) * 10_000) / 100;
}
