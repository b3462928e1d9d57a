// How long the packaged extension takes to activate in a window, and until its receiver listens; from its own log.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../vscode/harness/browser';
import { packageExtension } from '../vscode/harness/prepare';
import { freePort, VscodeServer } from '../vscode/harness/vscodeServer';
import { eventually, Workbench } from '../vscode/harness/workbench';
import { copyWorkspace } from '../vscode/harness/workspaceCopy';
import { SHOP } from '../vscode/harness/paths';
import { quantile } from './support/quantiles';

const WINDOWS = 10;
const TIMES = /activated in ([\d.]+) ms, receiver ready in ([\d.]+) ms/g;

interface Start {
  readonly activated: number;
  readonly receiverReady: number;
}

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const vsix = await packageExtension(console.log);
  const settings = { 'spanline.receiver.sharedPorts': [await freePort()] };
  const [server, browser, copy] = [
    await VscodeServer.start({ name: 'bench-activation', vsix, settings, log: console.log }),
    await launchBrowser(console.log),
    await copyWorkspace(SHOP),
  ];
  try {
    const windows = quick ? 3 : WINDOWS;
    for (let opened = 1; opened <= windows; opened++) {
      const workbench = await Workbench.open({ server, browser, folder: copy.folder });
      await workbench.openFile('orders/src/app.js');
      await eventually(
        'the start in the log',
        () => startsIn(server.logs),
        (starts) => starts.length >= opened,
      );
      await workbench.close();
    }
    return figuresOf(await startsIn(server.logs));
  } finally {
    await browser.close();
    await server.stop();
    await copy.remove();
  }
}

/** Every window has an extension host with a log folder of its own. */
async function startsIn(logs: string): Promise<Start[]> {
  const files = (await readdir(logs, { recursive: true }).catch(() => [])).filter((file) =>
    file.endsWith('Spanline.log'),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(logs, file), 'utf8')));
  return texts.flatMap((text) =>
    [...text.matchAll(TIMES)].map(([, activated, ready]) => ({
      activated: Number(activated),
      receiverReady: Number(ready),
    })),
  );
}

function figuresOf(starts: readonly Start[]): Record<string, number> {
  const [activated, ready] = [starts.map((start) => start.activated), starts.map((start) => start.receiverReady)];
  console.log(`${starts.length} windows      p50      max  (ms)`);
  console.log(
    `activate     ${[quantile(activated, 0.5), quantile(activated, 1)].map((ms) => String(ms).padStart(7)).join('  ')}`,
  );
  console.log(
    `receiver     ${[quantile(ready, 0.5), quantile(ready, 1)].map((ms) => String(ms).padStart(7)).join('  ')}`,
  );
  return {
    activate_ms_p50: quantile(activated, 0.5),
    activate_ms_max: quantile(activated, 1),
    receiver_ready_ms_p50: quantile(ready, 0.5),
    windows: starts.length,
  };
}
