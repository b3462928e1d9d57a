// The preload inside real programs, with every SDK line, module system and transpiler that users have.
//   npm run test:matrix                     all cells; the programs' packages are installed below .vscode-test/matrix
//   npm run test:matrix -- --quick          the cells of npm test
//   npm run test:matrix -- --only=<text>    cells whose name contains the text
//   npm run test:matrix -- --node=<binary>  all cells that suit it under another Node
// Without --quick, cells that need a newer Node run under one that npm fetches; without --only, the quick ones under others as well.
// Needs dist/preload. The last line is "N passed, N failed".
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { useOwnTemporaryFolder } from '../support/ownTemporaryFolder';
import { parse } from 'acorn';
import { withSecondTry } from '../support/secondTry';
import { installNode } from '../vscode/harness/nodeInstall';
import { run as runProgram, runScript } from '../vscode/harness/shell';
import { SERVER_NODE } from '../vscode/harness/vscodeInstall';
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
  readonly node: string | undefined;
}

/** A cell under one Node; `version` where it is not the one that runs this. */
interface Trial {
  readonly cell: Cell;
  readonly node: string;
  readonly version?: string;
}

/** The oldest that we support, and the newest lines. */
const OTHER_NODES = ['18.20.8', '22.23.3', '26.9.0'];

async function main(): Promise<void> {
  useOwnTemporaryFolder();
  if (!existsSync(PRELOAD)) throw new Error(`${PRELOAD} is missing; run "npm run build" first`);
  const options = readOptions(process.argv.slice(2));
  const trials = await plan(options);
  for (const program of new Set(trials.map(({ cell }) => cell.program))) await installProgram(program);
  const sinks = await Sinks.open();
  parseAsOldNode(PRELOAD);
  let failed = 0;
  for (const { cell, node, version } of trials) {
    const started = performance.now();
    const name = version ? `${cell.name}, Node ${version}` : cell.name;
    const faults = await withSecondTry(name, () => runCell(cell, node, sinks));
    if (faults.length > 0) failed++;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${faults.length > 0 ? '✗' : '✓'} ${name} (${seconds} s)`);
    for (const fault of faults) console.log(`    ${fault}`);
  }
  sinks.close();
  console.log(`${trials.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** The file that every node process loads; what only newer versions parse must be in the files that it loads. */
function parseAsOldNode(file: string): void {
  const { body } = parse(readFileSync(file, 'utf8'), { ecmaVersion: 2015, sourceType: 'script' });
  if (body.some(({ type }) => type !== 'TryStatement')) throw new Error(`${file} has statements outside its try block`);
}

function readOptions(args: readonly string[]): Options {
  const valueOf = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  return { quick: args.includes('--quick'), only: valueOf('only') ?? '', node: valueOf('node') };
}

async function plan({ quick, only, node }: Options): Promise<Trial[]> {
  const own = node ?? process.execPath;
  const ownVersion = await runProgram(own, ['-p', 'process.versions.node']);
  const chosen = CELLS.filter((cell) => (cell.quick || !quick) && cell.name.includes(only));
  const wanted = chosen.filter(hasItsProgram);
  const trials: Trial[] = wanted.filter((cell) => suits(cell, ownVersion)).map((cell) => ({ cell, node: own }));
  if (quick || node) return trials;
  const newer = wanted.filter((cell) => !suits(cell, ownVersion));
  if (newer.length > 0) trials.push(...(await under(SERVER_NODE, newer)));
  if (only !== '') return trials;
  for (const version of OTHER_NODES)
    trials.push(
      ...(await under(
        version,
        CELLS.filter((cell) => cell.quick),
      )),
    );
  return trials;
}

function hasItsProgram({ name, needsProgram }: Cell): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (!needsProgram || folders.some((folder) => existsSync(join(folder, needsProgram)))) return true;
  console.log(`– ${name}: there is no ${needsProgram} on this machine`);
  return false;
}

async function under(version: string, cells: readonly Cell[]): Promise<Trial[]> {
  const suitable = cells.filter((cell) => suits(cell, version));
  const node = await installNode(version, console.log);
  return suitable.map((cell) => ({ cell, node, version }));
}

function suits({ needsNode: [needsMajor, needsMinor] = [0, 0] }: Cell, version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major > needsMajor || (major === needsMajor && minor >= needsMinor);
}

/** Faults in words; none when the cell passes. */
async function runCell(cell: Cell, node: string, sinks: Sinks): Promise<string[]> {
  const cwd = join(INSTALLED, cell.program);
  await cell.prepare?.(cwd, node);
  const command: Command = {
    program: node,
    args: cell.args,
    cwd,
    env: cell.env ?? {},
    nodeOptions: cell.nodeOptions ?? '',
    attach: cell.attach ?? false,
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
