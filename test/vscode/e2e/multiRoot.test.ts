import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser';
import { sendTrace } from '../harness/otlp';
import { VSIX } from '../harness/paths';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { freePort, VscodeServer } from '../harness/vscodeServer';
import { eventually, Workbench } from '../harness/workbench';

/** Asks itself so often, on a line that lies so deep. */
const program = (rounds: number, blankLines: number): string => `const http = require('node:http');
${'\n'.repeat(blankLines)}const server = http.createServer((request, response) => response.end());
server.listen(0, '127.0.0.1', async () => {
  const url = \`http://127.0.0.1:\${server.address().port}/\`;
  for (let i = 0; i < ${rounds}; i++) await fetch(url);
  server.close();
});
`;

/** Both folders have it on the same line. */
const SHARED = `import { trace } from '@opentelemetry/api';

export const work = () => trace.getTracer('test').startActiveSpan('shared work', (span) => span.end());
`;
const SHARED_LINE = 3;

const launch = (name: string) => ({
  version: '0.2.0',
  configurations: [
    // Vitest's variables, which the editor has from us, would have the program taken for a test.
    {
      ...{ type: 'node', request: 'launch', name, program: '${workspaceFolder}/src/main.js' },
      env: { VITEST: null, VITEST_WORKER_ID: null, NODE_ENV: null },
    },
  ],
});

const WORKSPACE = {
  folders: [{ path: 'alpha' }, { path: 'beta' }],
  launch: {
    version: '0.2.0',
    compounds: [
      {
        name: 'Both',
        configurations: [
          { name: 'Alpha', folder: 'alpha' },
          { name: 'Beta', folder: 'beta' },
        ],
      },
    ],
  },
};

describe('Two folders that have a file of the same path', () => {
  let folder: string;
  let sharedPort: number;
  let server: VscodeServer;
  let browser: Browser;
  let workbench: Workbench;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'spanline-roots-')));
    const files = {
      'alpha/src/main.js': program(3, 1),
      'beta/src/main.js': program(5, 4),
      'alpha/.vscode/launch.json': JSON.stringify(launch('Alpha')),
      'beta/.vscode/launch.json': JSON.stringify(launch('Beta')),
      'alpha/src/shared.mjs': SHARED,
      'beta/src/shared.mjs': SHARED,
      'both.code-workspace': JSON.stringify(WORKSPACE),
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    sharedPort = await freePort();
    const settings = { 'spanline.receiver.sharedPorts': [sharedPort] };
    server = await VscodeServer.start({ vsix: VSIX, name: 'e2e-multi-root', settings });
    browser = await launchBrowser(console.log);
    workbench = await Workbench.open({ server, browser, folder: join(folder, 'both.code-workspace') });
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function untilRequests(file: string, wanted: readonly { line: number; count: number }[]): Promise<void> {
    await workbench.openFile(join(folder, file));
    await eventually(
      `requests on the lines of ${file}`,
      () => workbench.lenses(),
      (lenses) =>
        JSON.stringify(lenses.map(({ line, texts }) => ({ line, count: countIn(texts[0]) }))) ===
        JSON.stringify(wanted),
    );
  }

  it('have each its own lenses after a compound has run both', async () => {
    await workbench.startDebugging('Both');
    await workbench.untilDebugging();
    await untilRequests('alpha/src/main.js', [
      { line: 3, count: 3 },
      { line: 6, count: 3 },
    ]);
    await workbench.screenshot('multi-root-alpha');
    await untilRequests('beta/src/main.js', [
      { line: 6, count: 5 },
      { line: 9, count: 5 },
    ]);
    await workbench.screenshot('multi-root-beta');
  });

  it('are both offered where a span may come from either, with what stands on the line', async () => {
    await sendTrace(sharedPort, { service: 'gamma', name: 'shared work', durationMs: 23 });
    await workbench.openFile(join(folder, 'alpha/src/shared.mjs'), SHARED_LINE);
    await workbench.lensLink(/possibly here/).waitFor();
    const hover = await workbench.hoverThat('export const', 'work', (text) => text.includes('Possibly this line'));
    await hover.getByRole('link', { name: 'beta/src/shared.mjs:3' }).waitFor();
    await workbench.screenshot('multi-root-hover');
    await workbench.lensLink(/possibly here/).click();
    const rows = workbench.page.locator('.quick-input-widget .monaco-list-row');
    const choice = rows.filter({ hasText: 'beta/src/shared.mjs:3' });
    await eventually(
      'a choice of files',
      async () => {
        // Between two clicks the row of a waterfall that is still being opened may be drawn anew.
        if (!(await choice.isVisible()))
          await workbench.waterfall.locator('.row', { hasText: 'shared work' }).dblclick();
        return choice.waitFor({ timeout: 10_000 }).then(() => true, () => false); // prettier-ignore
      },
      Boolean,
    );
    await workbench.screenshot('multi-root-choice');
    const offered = await eventually(
      'both files',
      () => rows.allInnerTexts(),
      (texts) => texts.length === 2,
    );
    expect(offered.map((text) => text.replace(/\s+/g, ' ').trim())).toEqual([
      expect.stringContaining("alpha/src/shared.mjs:3work export const work = () => trace.getTracer('test')"),
      expect.stringContaining("beta/src/shared.mjs:3work export const work = () => trace.getTracer('test')"),
    ]);
    await choice.click();
    await workbench.page.locator('.tab.active', { hasText: 'shared.mjs' }).filter({ hasText: 'beta' }).waitFor();
    await workbench.untilCursorOn(SHARED_LINE, workbench.editorOf('beta'));
    await workbench.screenshot('multi-root-chosen');
  });
});

function countIn(text: string): number {
  return Number(/(\d+)×/.exec(text)?.[1]);
}
