// npm test: every check and every test, one after another, as CI runs them. A failing stage does not stop the others.
// The last line is "N passed, N failed"; a check counts as one.
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { useOwnTemporaryFolder } from './support/ownTemporaryFolder';
import { NOTHING_RUN, type Summary } from './support/summary';
import { ARTIFACTS, REPOSITORY } from './vscode/harness/paths';
import { packagedEnvironment } from './vscode/harness/prepare';
import { npmCommand, runScript } from './vscode/harness/shell';
import { summaryOf } from './vscode/harness/vitestReport';

interface Stage {
  readonly name: string;
  /** Of package.json. It ends with a line "N passed, N failed", or is one check. */
  readonly script: string;
  readonly args?: readonly string[];
  /** The script is Vitest's, and its counts come in a file: how often a test file that fails is run. */
  readonly vitest?: 'once' | 'twice';
  /** When that stage failed this one is not run and counts as failed. */
  readonly needs?: string;
}

interface Outcome extends Summary {
  readonly stage: Stage;
  readonly seconds: number;
  /** What the stage could not do without. */
  readonly missed?: string;
}

const COUNTS = /^(\d+) passed, (\d+) failed$/gm;
const FAILED = /^\s*✗ (.*)$/gm;
const RETRIED = /^\s*↻ (.*)$/gm;
const SKIPPED = /^\s*– (.*)$/gm;

const STAGES: readonly Stage[] = [
  { name: 'package', script: 'package' },
  { name: 'types', script: 'check:types' },
  { name: 'lint', script: 'check:lint' },
  { name: 'format', script: 'check:format' },
  { name: 'import law', script: 'check:law' },
  { name: 'dead code', script: 'check:dead' },
  { name: 'unit', script: 'test:unit', vitest: 'once' },
  { name: 'integration', script: 'test:integration', vitest: 'twice' },
  { name: 'waterfall page', script: 'test:webview', vitest: 'twice' },
  { name: 'exporters', script: 'test:clients' },
  { name: 'preload matrix', script: 'test:matrix', args: ['--quick'], needs: 'package' },
  { name: 'extension host', script: 'test:host', needs: 'package' },
  { name: 'end to end', script: 'test:e2e', needs: 'package' },
];

async function main(): Promise<void> {
  useOwnTemporaryFolder();
  await mkdir(ARTIFACTS, { recursive: true });
  const wanted = process.argv.slice(2);
  const stages = STAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const outcomes: Outcome[] = [];
  for (const stage of stages) {
    const needed = outcomes.find(({ stage: { name } }) => name === stage.needs);
    outcomes.push(
      needed?.failed ? { ...NOTHING_RUN, stage, failed: 1, seconds: 0, missed: stage.needs } : await perform(stage),
    );
  }

  console.log('\n');
  for (const { stage, passed, failed, seconds, missed } of outcomes) {
    const note = missed ? `not run: ${missed} failed` : `${passed} passed, ${failed} failed`;
    console.log(`${markOf(failed)} ${stage.name.padEnd(22)} ${note.padEnd(28)} ${seconds.toFixed(0).padStart(4)} s`);
  }
  for (const { stage, retried } of outcomes) {
    for (const name of retried) console.log(`↻ passed or failed at its second try, ${stage.name}: ${name}`);
  }
  for (const { stage, skipped } of outcomes) {
    for (const name of skipped) console.log(`– not tried on this machine, ${stage.name}: ${name}`);
  }
  for (const { stage, failures } of outcomes) {
    for (const name of failures) console.log(`✗ ${stage.name}: ${name}`);
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function markOf(failed: number): string {
  return failed > 0 ? '✗' : '✓';
}

async function perform(stage: Stage): Promise<Outcome> {
  console.log(`\n=== ${stage.name} ===`);
  const start = performance.now();
  const { code, counts } = stage.vitest ? await performVitest(stage) : await stream(stage, []);
  const seconds = (performance.now() - start) / 1000;

  // A stage that fails without a failed test (it crashed, or is one check) counts as one failure.
  const failed = code === 0 ? counts.failed : Math.max(counts.failed, 1);
  const passed = counts.passed === 0 && failed === 0 ? 1 : counts.passed;
  return { ...counts, stage, passed, failed, seconds };
}

interface Ended {
  readonly code: number;
  readonly counts: Summary;
}

async function performVitest(stage: Stage): Promise<Ended> {
  let code = 1;
  const file = join(ARTIFACTS, `${stage.script.replace(':', '-')}.json`);
  const counts = await summaryOf(
    async (args, files, env) => void ({ code } = await stream(stage, [...args, ...files], env)),
    { reporter: 'default', file, twice: stage.vitest === 'twice' },
  ).catch((error: unknown) => {
    console.error(String(error));
    code ||= 1;
    return NOTHING_RUN;
  });
  return { code, counts };
}

/** Shows the output as it comes, and keeps what its lines say of passed and failed tests. */
function stream({ script, args = [] }: Stage, more: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { program, prefix } = npmCommand();
  return new Promise((resolve) => {
    const child = spawn(program, [...prefix, 'run', script, '--silent', '--', ...args, ...more], {
      cwd: REPOSITORY,
      env: { ...packagedEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      process.stdout.write(text);
      printed += text;
    });
    child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    const end = (code: number) => resolve({ code, counts: readMarks(printed) });
    child.once('error', (error) => {
      console.error(error.message);
      end(1);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}

function readMarks(printed: string): Summary {
  const last = [...printed.matchAll(COUNTS)].at(-1);
  const named = (mark: RegExp) => [...printed.matchAll(mark)].map((match) => match[1]);
  return {
    passed: Number(last?.[1] ?? 0),
    failed: Number(last?.[2] ?? 0),
    failures: named(FAILED),
    retried: named(RETRIED),
    skipped: named(SKIPPED),
  };
}

runScript(main);
