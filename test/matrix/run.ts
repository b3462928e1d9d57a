// The preload inside real programs, with every SDK line, module system and transpiler that users have.
//   npm run test:matrix                     all cells; the programs' packages are installed below .vscode-test/matrix
//   npm run test:matrix -- --quick          the cells of npm test
//   npm run test:matrix -- --only=<text>    cells whose name contains the text
//   npm run test:matrix -- --node=<binary>  under another Node
// Needs dist/preload. The last line is "N passed, N failed".
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { run as runProgram, runScript } from '../vscode/harness/shell';
import { CELLS } from './cells/index';
import type { Cell } from './cells/cell';
import { faultsOf, type Expectation } from './check';
import { execute, PRELOAD, type Command } from './execute';
import { marksOf } from './marks';
import { INSTALLED, installProgram } from './programs';
import { Sinks } from './sinks';

interface Options {
  readonly quick: boolean;
  readonly only: string;
  readonly node: string;
}

async function main(): Promise<void> {
  if (!existsSync(PRELOAD)) throw new Error(`${PRELOAD} is missing; run "npm run build" first`);
  const options = readOptions(process.argv.slice(2));
  const cells = await suitableCells(options);
  for (const program of new Set(cells.map((cell) => cell.program))) await installProgram(program);
  const sinks = await Sinks.open();
  parseAsOldNode(PRELOAD);
  let failed = 0;
  for (const cell of cells) {
    const started = performance.now();
    const faults = await runCell(cell, options.node, sinks).catch((error: unknown) => [String(error)]);
    if (faults.length > 0) failed++;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${faults.length > 0 ? '✗' : '✓'} ${cell.name} (${seconds} s)`);
    for (const fault of faults) console.log(`    ${fault}`);
  }
  sinks.close();
  console.log(`${cells.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** The file that every node process loads; what only newer versions parse must be in the files that it loads. */
function parseAsOldNode(file: string): void {
  const { body } = parse(readFileSync(file, 'utf8'), { ecmaVersion: 2015, sourceType: 'script' });
  if (body.some(({ type }) => type !== 'TryStatement')) throw new Error(`${file} has statements outside its try block`);
}

function readOptions(args: readonly string[]): Options {
  const valueOf = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  return { quick: args.includes('--quick'), only: valueOf('only') ?? '', node: valueOf('node') ?? process.execPath };
}

async function suitableCells({ quick, only, node }: Options): Promise<Cell[]> {
  const [major, minor] = (await runProgram(node, ['-p', 'process.versions.node'])).split('.').map(Number);
  return CELLS.filter((cell) => {
    if ((quick && !cell.quick) || !cell.name.includes(only)) return false;
    const [needsMajor, needsMinor] = cell.needsNode ?? [0, 0];
    return major > needsMajor || (major === needsMajor && minor >= needsMinor);
  });
}

/** Faults in words; none when the cell passes. */
async function runCell(cell: Cell, node: string, sinks: Sinks): Promise<string[]> {
  const cwd = join(INSTALLED, cell.program);
  await cell.prepare?.(cwd);
  const command: Command = {
    program: node,
    args: cell.args,
    cwd,
    env: cell.env ?? {},
    nodeOptions: cell.nodeOptions ?? '',
  };
  const bare = await execute(command, sinks, false);
  const recorded = await execute(command, sinks, true);
  return faultsOf(expectationOf(cell, cwd), bare, recorded);
}

function expectationOf(cell: Cell, folder: string): Expectation {
  const marks = marksOf(folder, cell.sources);
  const names = [...marks.keys()].filter((name) => /^m\d+-/.test(name));
  return {
    marks,
    manual: new Map(names.map((name) => [name, cell.counts?.[name] ?? 1])),
    automatic: cell.automatic ?? [],
    open: cell.open ?? [],
    service: cell.service,
    backend: cell.backend ?? false,
    printsTimes: cell.printsTimes ?? false,
  };
}

runScript(main);
