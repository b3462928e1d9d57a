// How long the extension takes to activate in a fresh window of a real VS Code, and until its receiver listens. By its own clock,
// which starts when its bundle begins to run.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { SpanlineExports } from '../../src/host/exports';
import { launchBrowser } from '../vscode/harness/browser';
import { runInHost } from '../vscode/harness/inHost';
import { packageExtension } from '../vscode/harness/prepare';
import { freePort } from '../vscode/harness/vscodeServer';
import { quantile } from './support/quantiles';

const WINDOWS = 10;

type Timings = SpanlineExports['timings'];

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  await packageExtension(console.log);
  const folder = await mkdtemp(join(tmpdir(), 'spanline-bench-'));
  const browser = await launchBrowser(console.log);
  try {
    const timings: Timings[] = [];
    for (let window = 0; window < (quick ? 3 : WINDOWS); window++) timings.push(await timeOneWindow(browser, folder));
    return figuresOf(timings);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeOneWindow(browser: Browser, folder: string): Promise<Timings> {
  const figures = join(folder, 'figures.json');
  await runInHost({
    browser,
    tests: [join(import.meta.dirname, 'support', 'activation.host.ts')],
    folder,
    settings: { 'spanline.receiver.sharedPorts': [await freePort()] },
    env: { BENCH_FIGURES: figures },
    onEvent: (event) => {
      if (event.event === 'fail') throw new Error(event.error);
    },
  });
  return JSON.parse(await readFile(figures, 'utf8')) as Timings;
}

function figuresOf(timings: readonly Timings[]): Record<string, number> {
  const activated = timings.map((one) => one.activated);
  const ready = timings.map((one) => one.receiverReady ?? Infinity);
  console.log(`${timings.length} windows        p50      max  (ms)`);
  console.log(row('activate', activated));
  console.log(row('receiver ready', ready));
  return {
    activate_ms_p50: quantile(activated, 0.5),
    activate_ms_max: quantile(activated, 1),
    receiver_ready_ms_p50: quantile(ready, 0.5),
    windows: timings.length,
  };
}

const row = (name: string, samples: readonly number[]): string =>
  `${name.padEnd(15)}${[0.5, 1].map((share) => String(quantile(samples, share)).padStart(7)).join('  ')}`;
