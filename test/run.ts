// npm test: every check and every test, one after another, as CI runs them. A failing stage does not stop the others.
// The last line is "N passed, N failed"; a check counts as one.
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ARTIFACTS, REPOSITORY } from './vscode/harness/paths';
import { packagedEnvironment } from './vscode/harness/prepare';
import { npmCommand, runScript } from './vscode/harness/shell';
import { readCounts, type Counts } from './vscode/harness/vitestReport';

interface Stage {
  readonly name: string;
  /** Of package.json. It ends with a line "N passed, N failed", or is one check. */
  readonly script: string;
  readonly args?: readonly string[];
  /** The script is Vitest's: its counts are in a report. */
  readonly vitest?: boolean;
  /** When that stage failed this one is not run and counts as failed. */
  readonly needs?: string;
}

interface Outcome extends Counts {
  readonly stage: Stage;
  readonly seconds: number;
  /** What the stage could not do without. */
  readonly missed?: string;
}

const SUMMARY = /^(\d+) passed, (\d+) failed$/gm;

const STAGES: readonly Stage[] = [
  { name: 'package', script: 'package' },
  { name: 'types', script: 'check:types' },
  { name: 'lint', script: 'check:lint' },
  { name: 'format', script: 'check:format' },
  { name: 'import law', script: 'check:law' },
  { name: 'dead code', script: 'check:dead' },
  { name: 'unit', script: 'test:unit', vitest: true },
  { name: 'integration', script: 'test:integration', vitest: true },
  { name: 'waterfall page', script: 'test:webview', vitest: true },
  { name: 'exporters', script: 'test:clients' },
  { name: 'preload matrix', script: 'test:matrix', args: ['--quick'], needs: 'package' },
  { name: 'extension host', script: 'test:host', needs: 'package' },
  { name: 'end to end', script: 'test:e2e', needs: 'package' },
];

async function main(): Promise<void> {
  await mkdir(ARTIFACTS, { recursive: true });
  const wanted = process.argv.slice(2);
  const stages = STAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const outcomes: Outcome[] = [];
  for (const stage of stages) {
    const needed = outcomes.find(({ stage: { name } }) => name === stage.needs);
    outcomes.push(
      needed?.failed ? { stage, passed: 0, failed: 1, seconds: 0, missed: stage.needs } : await perform(stage),
    );
  }

  console.log('\n');
  for (const { stage, passed, failed, seconds, missed } of outcomes) {
    const note = missed ? `not run: ${missed} failed` : `${passed} passed, ${failed} failed`;
    console.log(
      `${failed > 0 ? '✗' : '✓'} ${stage.name.padEnd(22)} ${note.padEnd(28)} ${seconds.toFixed(0).padStart(4)} s`,
    );
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

async function perform(stage: Stage): Promise<Outcome> {
  console.log(`\n=== ${stage.name} ===`);
  const report = join(ARTIFACTS, `${stage.script.replace(':', '-')}.json`);
  await rm(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = [...(stage.args ?? []), ...(stage.vitest ? reporters : [])];
  const start = performance.now();
  const { code, printed } = await stream(['run', stage.script, '--silent', '--', ...args]);
  const seconds = (performance.now() - start) / 1000;

  const found = stage.vitest ? await readCounts(report).catch(() => undefined) : lastSummary(printed);
  const counts = found ?? { passed: 0, failed: 0 };
  // A stage that fails without a failed test (it crashed, or is one check) counts as one failure.
  const failed = code === 0 ? counts.failed : Math.max(counts.failed, 1);
  const passed = counts.passed === 0 && failed === 0 ? 1 : counts.passed;
  return { stage, passed, failed, seconds };
}

/** Shows the output as it comes and keeps its end. */
function stream(args: readonly string[]): Promise<{ code: number; printed: string }> {
  const { program, prefix } = npmCommand();
  return new Promise((resolve) => {
    const child = spawn(program, [...prefix, ...args], {
      cwd: REPOSITORY,
      env: packagedEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      printed = (printed + chunk.toString()).slice(-10_000);
    });
    child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    child.once('error', (error) => {
      console.error(error.message);
      resolve({ code: 1, printed });
    });
    child.once('close', (code) => resolve({ code: code ?? 1, printed }));
  });
}

function lastSummary(printed: string): Counts | undefined {
  const last = [...printed.matchAll(SUMMARY)].at(-1);
  return last && { passed: Number(last[1]), failed: Number(last[2]) };
}

runScript(main);
