import { UnitScanner } from '../../../src/analysis/threads/unitScanner';
import { lintCommand } from '../../../src/cli/lint';
import { scannerHere } from '../../../src/cli/scanners';
import { rules } from '../../../src/lint/index';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `spanline lint` with these arguments, in this thread. */
export async function runLint(...args: string[]): Promise<Outcome> {
  let out = '';
  let err = '';
  const scanner = scannerHere(() => Promise.resolve({ exports: { UnitScanner, rules }, keep: () => {} }));
  const write = { out: (text: string) => (out += text), err: (text: string) => (err += text) };
  const code = await lintCommand(args, { write: write.out }, { write: write.err }, () => scanner);
  return { code, out, err };
}
