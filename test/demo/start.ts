// npm start: the product on the sample shop. Desktop VS Code when it is there and wanted, else the workbench in a browser.
//   --browser      do not ask for desktop VS Code
//   --port <n>     where the workbench listens
//   --tour <dir>   walk through the story without anybody watching and leave pictures of it
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { useOwnTemporaryFolder } from '../support/ownTemporaryFolder';
import { CACHE, SHOP } from '../vscode/harness/paths';
import { installShop, packageExtension } from '../vscode/harness/prepare';
import { isInstalled, run, runScript } from '../vscode/harness/shell';
import { VscodeServer } from '../vscode/harness/vscodeServer';
import { copySource } from '../vscode/harness/workspaceCopy';
import { takeTour } from './tour';

const { values: options } = parseArgs({
  options: { browser: { type: 'boolean' }, port: { type: 'string' }, tour: { type: 'string' } },
});

async function main(): Promise<void> {
  const vsix = await packageExtension(console.log);
  await installShop(console.log);
  if (options.tour) {
    useOwnTemporaryFolder();
    return takeTour(options.tour, vsix);
  }
  const folder = await freshShop();
  if (!options.browser && (await desktopIsWanted())) await openDesktop(folder, vsix);
  else await serveWorkbench(folder, vsix);
}

/** A copy of the sample at a place that stays, so that what is tried out there leaves the repository clean. */
async function freshShop(): Promise<string> {
  const folder = join(CACHE, 'demo', 'shop');
  await copySource(SHOP, folder);
  return folder;
}

async function desktopIsWanted(): Promise<boolean> {
  if (!process.stdin.isTTY || !(await isInstalled('code'))) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(
    'Open it in desktop VS Code, with a profile of its own that leaves yours alone? Otherwise in a browser. [Y/n] ',
  );
  terminal.close();
  return !/^n/i.test(answer.trim());
}

async function openDesktop(folder: string, vsix: string): Promise<void> {
  const home = join(CACHE, 'demo', 'desktop');
  const dirs = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')];
  await run('code', [...dirs, '--install-extension', vsix, '--force']);
  await run('code', [...dirs, '--new-window', '--disable-workspace-trust', folder]);
  console.log(`VS Code opens on ${folder}. Press F5 there.`);
}

async function serveWorkbench(folder: string, vsix: string): Promise<void> {
  useOwnTemporaryFolder();
  const port = options.port === undefined ? undefined : Number(options.port);
  // Its child process keeps this one alive until a signal comes.
  const server = await VscodeServer.start({ name: 'demo', vsix, port, log: console.log });
  console.log(`\n  ${server.url(folder)}\n\nOpen it in a browser and press F5 in the editor. Ctrl+C here ends it.`);
}

runScript(main);
