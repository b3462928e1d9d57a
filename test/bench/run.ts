// npm run bench -- <name> [--quick] [--json]
// Loads test/bench/<name>.ts and runs it. With --json the last line printed is its figures as one flat JSON object.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { useOwnTemporaryFolder } from '../support/ownTemporaryFolder';
import { runScript } from '../vscode/harness/shell';

/** What a file in this folder exports. */
interface Benchmark {
  /** Prints its own table and gives its figures, the unit in the name: `first_lens_ms_p50`. `quick`: fewer rounds. */
  run(options: { readonly quick: boolean }): Promise<Readonly<Record<string, number>>>;
}

const HELPERS = new Set(['run.ts']);

async function namesOfBenchmarks(): Promise<string[]> {
  const files = await readdir(import.meta.dirname);
  const names = files.filter((file) => file.endsWith('.ts') && !HELPERS.has(file)).map((file) => file.slice(0, -3));
  return names.sort();
}

async function main(): Promise<void> {
  useOwnTemporaryFolder();
  const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
  const [name] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const names = await namesOfBenchmarks();
  if (!name || !names.includes(name)) {
    throw new Error(`${name ? `There is no benchmark "${name}"` : 'Name a benchmark'}: ${names.join(', ')}`);
  }
  const url = pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href;
  const benchmark = (await import(url)) as Benchmark;
  const figures = await benchmark.run({ quick: flags.includes('--quick') });
  if (flags.includes('--json')) console.log(JSON.stringify(figures));
}

runScript(main);
