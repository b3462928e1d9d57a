// Runs test/vscode/host-tests inside the extension host of a real VS Code. Arguments narrow the files by parts of their names.
// A file in which a test failed is run once more, in a window of its own; the last lines name those that needed it.
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { useOwnTemporaryFolder } from '../support/ownTemporaryFolder';
import { Counted, failedFiles, type FileSummaries, totalOf, withSecondTry } from '../support/summary';
import { launchBrowser } from './harness/browser';
import { runInHost } from './harness/inHost';
import type { HostTestEvent } from './harness/mochaInHost';
import { REPOSITORY } from './harness/paths';
import { buildBundles } from './harness/prepare';
import { runScript } from './harness/shell';
import { copyWorkspace } from './harness/workspaceCopy';

const TESTS = join(REPOSITORY, 'test', 'vscode', 'host-tests');
/** The folder that the window opens, copied for each. */
const WORKSPACE = join(REPOSITORY, 'test', 'workspaces', 'host');

async function findTests(parts: readonly string[]): Promise<string[]> {
  const files = await readdir(TESTS, { recursive: true });
  return files
    .filter((file) => file.endsWith('.test.ts') && (parts.length === 0 || parts.some((part) => file.includes(part))))
    .sort()
    .map((file) => join(TESTS, file));
}

async function main(): Promise<void> {
  useOwnTemporaryFolder();
  const tests = await findTests(process.argv.slice(2));
  if (tests.length === 0) throw new Error(`No test file in ${TESTS} matches ${process.argv.slice(2).join(' ')}.`);
  await buildBundles();
  const browser = await launchBrowser(console.log);
  let results: FileSummaries;
  try {
    results = await runTests(browser, tests);
    for (const file of failedFiles(results)) {
      console.log(`\nOnce more, in another window: ${basename(file)}`);
      results = withSecondTry(results, await runTests(browser, [file]));
    }
  } finally {
    await browser.close();
  }
  const { passed, failed, failures, retried } = totalOf(results);
  for (const name of retried) console.log(`↻ ${name}`);
  for (const name of failures) console.log(`✗ ${name}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

/** Runs these files in one window. When it does not come to its end, those have failed that it had not done with. */
async function runTests(browser: Browser, tests: readonly string[]): Promise<FileSummaries> {
  const counts: Record<string, Counted> = Object.fromEntries(tests.map((file) => [file, new Counted()]));
  let current = tests[0];
  const onEvent = (event: HostTestEvent): void => {
    if (event.event === 'end') return;
    current = event.file;
    const name = `${basename(event.file)} > ${event.title}`;
    if (event.event === 'pending') console.log(`  - ${name}`);
    if (event.event === 'pass') {
      counts[event.file].passed++;
      console.log(`  ✓ ${name} (${event.ms} ms)`);
    }
    if (event.event === 'fail') {
      counts[event.file].fail(name, { message: event.error });
      console.log(`  failed: ${name}\n${event.error.replace(/^/gm, '      ')}`);
    }
  };
  const workspace = await copyWorkspace(WORKSPACE);
  try {
    await runInHost({ browser, tests, folder: workspace.folder, onEvent, log: console.log });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.log(message);
    for (const file of tests.slice(tests.indexOf(current))) counts[file].fail(basename(file), { message });
  } finally {
    await workspace.remove();
  }
  return counts;
}

runScript(main);
