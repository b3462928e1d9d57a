// How long after the end of a program's first span its duration stands on the line, in the packaged extension in a real VS Code.
// The program writes down when the span ended, the page when the lens appeared; both read this machine's clock.
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from '../vscode/harness/browser';
import { REPOSITORY } from '../vscode/harness/paths';
import { packageExtension } from '../vscode/harness/prepare';
import { freePort, VscodeServer } from '../vscode/harness/vscodeServer';
import { eventually, Workbench } from '../vscode/harness/workbench';
import { quantile } from './support/quantiles';

const SESSIONS = 10;
const API = 'node_modules/@opentelemetry/api';

/** Waits until everything stands, makes one span of a few milliseconds, and stays, as a server would. */
const PROGRAM = `const { writeFileSync } = require('node:fs');
const { trace } = require('@opentelemetry/api');

setTimeout(() => {
  const span = trace.getTracer('bench').startSpan('work');
  setTimeout(() => {
    span.end();
    writeFileSync(__filename + '.ended', String(performance.timeOrigin + performance.now()));
  }, 5);
}, 500);
setInterval(() => {}, 1000);
`;

/** Runs in the page: notes the moment at which the first duration is drawn. */
const WATCH = `globalThis.lensSeenAt = undefined;
new MutationObserver((_changes, observer) => {
  const drawn = [...document.querySelectorAll('.codelens-decoration a')].some((link) => / (ns|µs|ms|s)/.test(link.textContent.replaceAll('\\u00a0', ' ')));
  if (!drawn) return;
  globalThis.lensSeenAt = performance.timeOrigin + performance.now();
  observer.disconnect();
}).observe(document.body, { subtree: true, childList: true, characterData: true });`;

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const vsix = await packageExtension(console.log);
  const sessions = quick ? 3 : SESSIONS;
  const folder = await writePrograms(sessions);
  const settings = { 'spanline.receiver.sharedPorts': [await freePort()] };
  const server = await VscodeServer.start({ name: 'bench-first-lens', vsix, settings, log: console.log });
  const browser = await launchBrowser(console.log);
  try {
    const workbench = await Workbench.open({ server, browser, folder });
    const delays: number[] = [];
    for (let session = 1; session <= sessions; session++) {
      delays.push(await measure(workbench, folder, `program${session}`));
      console.log(`session ${String(session).padStart(2)}: ${delays.at(-1)!.toFixed(0)} ms`);
    }
    return figuresOf(delays);
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(workbench: Workbench, folder: string, name: string): Promise<number> {
  await workbench.openFile(`${name}.js`);
  await workbench.page.evaluate(WATCH);
  await workbench.startDebugging(name);
  const seen = await eventually(
    `a duration on the line of ${name}.js`,
    () => workbench.page.evaluate<number | undefined>('globalThis.lensSeenAt'),
    (at) => at !== undefined,
  );
  await workbench.stopDebugging();
  return seen! - Number(await readFile(join(folder, `${name}.js.ended`), 'utf8'));
}

/** A file for each session: only the first span of a file makes its first lens. */
async function writePrograms(sessions: number): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'spanline-bench-')));
  await mkdir(join(folder, '.vscode'));
  await cp(join(REPOSITORY, API), join(folder, API), { recursive: true });
  const names = Array.from({ length: sessions }, (_, index) => `program${index + 1}`);
  for (const name of names) await writeFile(join(folder, `${name}.js`), PROGRAM);
  const configurations = names.map((name) => ({
    name,
    type: 'node',
    request: 'launch',
    program: `\${workspaceFolder}/${name}.js`,
    internalConsoleOptions: 'neverOpen',
  }));
  await writeFile(
    join(folder, '.vscode', 'launch.json'),
    JSON.stringify({ version: '0.2.0', configurations }, null, 2),
  );
  return folder;
}

function figuresOf(delays: readonly number[]): Record<string, number> {
  const figures = {
    first_lens_ms_p50: quantile(delays, 0.5),
    first_lens_ms_p95: quantile(delays, 0.95),
    first_lens_ms_max: quantile(delays, 1),
    sessions: delays.length,
  };
  console.log(`span's end to lens: p50 ${figures.first_lens_ms_p50} ms, p95 ${figures.first_lens_ms_p95} ms`);
  return figures;
}
