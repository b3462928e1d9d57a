// Runs test/vscode/host-tests inside the extension host of a real VS Code. Arguments narrow the files by parts of their names.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { useOwnTemporaryFolder } from '../support/ownTemporaryFolder';
import { launchBrowser } from './harness/browser';
import { runInHost } from './harness/inHost';
import type { HostTestEvent } from './harness/mochaInHost';
import { REPOSITORY } from './harness/paths';
import { buildBundles } from './harness/prepare';
import { runScript } from './harness/shell';
import { copyWorkspace } from './harness/workspaceCopy';

const TESTS = join(REPOSITORY, 'test', 'vscode', 'host-tests');
/** The folder that the window opens, copied for each run. */
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

  const counts = { pass: 0, fail: 0, retry: 0, pending: 0, end: 0 };
  const onEvent = (event: HostTestEvent): void => {
    counts[event.event]++;
    if (event.event === 'pass') console.log(`  ✓ ${event.title} (${event.ms} ms)`);
    if (event.event === 'pending') console.log(`  - ${event.title}`);
    if (event.event === 'retry' || event.event === 'fail') {
      console.log(`  ${event.event === 'fail' ? '✗' : '↻'} ${event.title}\n${event.error.replace(/^/gm, '      ')}`);
    }
  };
  const workspace = await copyWorkspace(WORKSPACE);
  const browser = await launchBrowser(console.log);
  try {
    await runInHost({ browser, tests, folder: workspace.folder, onEvent, log: console.log });
  } catch (error) {
    counts.fail++;
    console.log(`  ✗ ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await browser.close();
    await workspace.remove();
  }
  console.log(`${counts.pass} passed, ${counts.fail} failed`);
  process.exitCode = counts.fail > 0 || counts.pass === 0 ? 1 : 0;
}

runScript(main);
