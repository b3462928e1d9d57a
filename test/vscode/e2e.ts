// Runs test/vscode/e2e against the packaged extension in the real workbench. Arguments narrow the files by parts of their names.
// A file in which a test failed is run once more, in a window of its own; the last lines name those that needed it.
import { join } from 'node:path';
import { useOwnTemporaryFolder } from '../support/ownTemporaryFolder';
import { findOrInstallBrowser } from './harness/browser';
import { ARTIFACTS, REPOSITORY } from './harness/paths';
import { installShop, packageExtension } from './harness/prepare';
import { run, runScript } from './harness/shell';
import { type RunVitest, summaryOf } from './harness/vitestReport';
import { installVscode } from './harness/vscodeInstall';

const REPORT = join(ARTIFACTS, 'e2e.json');

async function main(): Promise<void> {
  useOwnTemporaryFolder();
  await packageExtension(console.log);
  await installShop(console.log);
  await installVscode(console.log);
  process.env.CHROME_PATH = await findOrInstallBrowser(console.log);

  const vitest = join(REPOSITORY, 'node_modules', 'vitest', 'vitest.mjs');
  const config = ['--config', join(import.meta.dirname, 'vitest.config.ts')];
  const runVitest: RunVitest = async (args, files, env) => {
    const wanted = files.length > 0 ? files : process.argv.slice(2);
    await run(process.execPath, [vitest, 'run', ...config, ...args, ...wanted], {
      cwd: REPOSITORY,
      env: { ...process.env, ...env },
      output: 'inherit',
      // A failed test makes it fail; the report tells which.
    }).catch(() => undefined);
  };
  const summary = await summaryOf(runVitest, { reporter: 'verbose', file: REPORT, twice: true });
  const { passed, failed, failures, retried, skipped } = summary;
  for (const name of retried) console.log(`↻ ${name}`);
  for (const name of skipped) console.log(`– ${name}`);
  for (const name of failures) console.log(`✗ ${name}`);
  if (skipped.length > 0) console.log(`${skipped.length} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

runScript(main);
