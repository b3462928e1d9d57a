// Runs test/vscode/e2e against the packaged extension in the real workbench. Arguments narrow the files by parts of their names.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { findOrInstallBrowser } from './harness/browser';
import { ARTIFACTS, REPOSITORY } from './harness/paths';
import { installShop, packageExtension } from './harness/prepare';
import { installVscode } from './harness/vscodeInstall';

const REPORT = join(ARTIFACTS, 'e2e.json');

async function main(): Promise<void> {
  await rm(REPORT, { force: true });
  await packageExtension(console.log);
  await installShop(console.log);
  await installVscode(console.log);
  process.env.CHROME_PATH = await findOrInstallBrowser(console.log);

  const vitest = await startVitest('test', process.argv.slice(2), {
    root: REPOSITORY,
    config: join(import.meta.dirname, 'vitest.config.ts'),
    watch: false,
    reporters: ['verbose', 'json'],
    outputFile: { json: REPORT },
  });
  await vitest.close();
  const { numPassedTests, numFailedTests } = JSON.parse(await readFile(REPORT, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
}

await main();
