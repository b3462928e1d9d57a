// Runs test/vscode/e2e against the packaged extension in the real workbench. Arguments narrow the files by parts of their names.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { useOwnTemporaryFolder } from '../support/ownTemporaryFolder';
import { findOrInstallBrowser } from './harness/browser';
import { ARTIFACTS, REPOSITORY } from './harness/paths';
import { installShop, packageExtension } from './harness/prepare';
import { run, runScript } from './harness/shell';
import { readSummary, summaryTo } from './harness/vitestReport';
import { installVscode } from './harness/vscodeInstall';

const REPORT = join(ARTIFACTS, 'e2e.json');

async function main(): Promise<void> {
  useOwnTemporaryFolder();
  await rm(REPORT, { force: true });
  await packageExtension(console.log);
  await installShop(console.log);
  await installVscode(console.log);
  process.env.CHROME_PATH = await findOrInstallBrowser(console.log);

  const vitest = join(REPOSITORY, 'node_modules', 'vitest', 'vitest.mjs');
  const options = ['--config', join(import.meta.dirname, 'vitest.config.ts')];
  const report = summaryTo(REPORT, 'verbose');
  // A failed test makes it fail; the report tells which.
  await run(process.execPath, [vitest, 'run', ...options, ...report.args, ...process.argv.slice(2)], {
    cwd: REPOSITORY,
    env: { ...process.env, ...report.env },
    output: 'inherit',
  }).catch(() => (process.exitCode = 1));
  const { passed, failed, failures, retried, skipped } = await readSummary(REPORT);
  for (const name of retried) console.log(`↻ ${name}`);
  for (const name of skipped) console.log(`– ${name}`);
  for (const name of failures) console.log(`✗ ${name}`);
  if (skipped.length > 0) console.log(`${skipped.length} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
}

runScript(main);
