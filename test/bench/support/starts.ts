import { spawnSync } from 'node:child_process';
import { pairedDifference, type PairedDifference } from './pairedBlocks';
import { turns } from './turns';

/** A program of Node's that ends by itself. */
export interface ProgramRun {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface StartComparison {
  /** Milliseconds that a whole run of `treated` takes longer than one of `plain`. */
  readonly added: PairedDifference;
  /** The same of `plain` again: what the measuring itself makes of no difference. */
  readonly nothing: PairedDifference;
}

/** Whole runs by turns, `rounds` of each of the two, and of the first once more. The first round, which fills caches, does not count. */
export function compareStarts(plain: ProgramRun, treated: ProgramRun, rounds: number): StartComparison {
  const runs = [plain, treated, plain];
  const added: number[] = [];
  const nothing: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const times: number[] = [];
    for (const which of turns(round)) times[which] = millisecondsOf(runs[which]);
    if (round === 0) continue;
    added.push(times[1] - times[0]);
    nothing.push(times[2] - times[0]);
  }
  return { added: pairedDifference([added]), nothing: pairedDifference([nothing]) };
}

function millisecondsOf({ cwd, args, env }: ProgramRun): number {
  const start = performance.now();
  const { error } = spawnSync(process.execPath, args, { cwd, env });
  if (error) throw error;
  return performance.now() - start;
}
