import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { asProblems, findLintMistakes, shownProblems, type Mistake } from '../harness/mistakes';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { ShopWindow } from '../harness/shopWindow';
import { eventually, type Workbench } from '../harness/workbench';

/** Asked again sooner, the editor would start to ask anew. */
const SUGGEST_MS = 10_000;
const PRICES = 'gateway/src/checkout/prices.ts';
const TRACED = `import { trace } from '@opentelemetry/api';
export const load = (id: string) => trace.getTracer('many').startActiveSpan('load', (span) => {
  span.setAttribute('load.id', id);
  span.end();
});
`;

describe('The language server in the workbench', () => {
  let shop: ShopWindow;
  let workbench: Workbench;
  let mistakes: Mistake[];

  beforeAll(async () => {
    shop = await ShopWindow.open({ name: 'e2e-linting', height: 3200 });
    workbench = shop.workbench;
    mistakes = await findLintMistakes(shop.folder);
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  const found = () => shownProblems(workbench);
  const expected = () => asProblems(mistakes);

  it('finds the mistakes of files that nobody has opened', async () => {
    await workbench.openFile(PRICES);
    await workbench.command('Problems: Focus on Problems View');
    // The first look at a file, without types, may say more than the last.
    await expect.poll(async () => (await found()).sort()).toEqual(expected());
    await workbench.screenshot('e2e-workspace-problems');
  });

  it('shows how far the check of the workspace is, and stops with a click', async () => {
    const folder = join(shop.folder, 'gateway', 'src', 'many');
    await mkdir(folder);
    await Promise.all(Array.from({ length: 3000 }, (_, index) => writeFile(join(folder, `file${index}.ts`), TRACED)));
    await workbench.command('Spanline: Check the Whole Workspace');
    const progress = workbench.statusBarItem(/Spanline: \d+ of \d+ files/);
    await progress.waitFor();
    // At once, before the check is done.
    await Promise.all([workbench.screenshot('e2e-workspace-check'), progress.click()]);
    const ended = await workbench.statusBarItem(/Spanline: \d+ of \d+ files checked/).innerText();
    const [, done, all] = /(\d+) of (\d+)/.exec(ended) ?? [];
    expect(Number(done)).toBeLessThan(Number(all));
    await progress.waitFor({ state: 'detached' });
  });

  it('wraps a function in a span', async () => {
    await workbench.openFile(PRICES, await lineOf(shop, PRICES, 'async function priceItem'));
    for (let step = 0; step < 17; step++) await workbench.page.keyboard.press('ArrowRight');
    await workbench.command('Refactor...');
    const rows = workbench.page.locator('.action-widget .monaco-list-row');
    const wrap = rows.filter({ hasText: 'Wrap priceItem in a span' });
    await wrap.waitFor();
    await workbench.screenshot('e2e-refactor');
    await wrap.click();
    const shown = () => workbench.visibleText();
    await eventually('the wrapped function', shown, (text) => text.includes("startActiveSpan('priceItem'"));
    await workbench.page.keyboard.press('Control+s');
    const saved = [
      /startActiveSpan\('priceItem'/,
      /^import \{ trace, SpanStatusCode \} from '@opentelemetry\/api';$/m,
      /span\.end\(\);/,
    ];
    await eventually(
      'the wrapped function on disk',
      () => readFile(join(shop.folder, PRICES), 'utf8'),
      (text) => saved.every((each) => each.test(text)),
    );
    await workbench.screenshot('e2e-refactored');
  });

  it('completes the configuration of the project, and goes by it', async () => {
    await writeFile(join(shop.folder, '.spanlinerc.json'), '{\n  \n}\n');
    await workbench.openFile('.spanlinerc.json', 2);
    await workbench.page.keyboard.press('End');
    const suggestion = workbench.page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'rules' });
    await eventually(
      'the suggestion of "rules"',
      async () => {
        await workbench.page.keyboard.press('Control+Space');
        return suggestion.waitFor({ timeout: SUGGEST_MS }).then(() => true, () => false); // prettier-ignore
      },
      Boolean,
    );
    await workbench.screenshot('e2e-configuration');
    await workbench.page.keyboard.press('Escape');
    await writeFile(join(shop.folder, '.spanlinerc.json'), '{ "rules": { "pii-attribute": "off" } }\n');
    await workbench.command('Problems: Focus on Problems View');
    await eventually(
      'no finding of the rule',
      found,
      (now) => now.length > 0 && !now.some((one) => one.startsWith('pii-attribute')),
    );
    await writeFile(join(shop.folder, '.spanlinerc.json'), '{}\n');
    await eventually('its findings again', found, (now) => now.some((one) => one.startsWith('pii-attribute')));
  });

  it('comes back after a crash, with what was open', async () => {
    // A kill of "no process" would be one of our own.
    const before = await eventually(
      'a server',
      () => serverProcess(shop),
      (pid) => pid > 0,
    );
    process.kill(before, 'SIGKILL');
    const after = await eventually(
      'another server',
      () => serverProcess(shop),
      (pid) => pid > 0 && pid !== before,
    );
    expect(after).not.toBe(before);
    const text = await readFile(join(shop.folder, PRICES), 'utf8');
    const mistake = 'export const early = (url: string) => tracer.startSpan(`GET ${url}`).end();\n';
    await workbench.openFile(PRICES);
    await writeFile(join(shop.folder, PRICES), text + mistake);
    await workbench.command('Problems: Focus on Problems View');
    await eventually('the new mistake', found, (now) =>
      now.includes(`span-name-high-cardinality ${text.split('\n').length}`),
    );
  });
});

async function lineOf(shop: ShopWindow, file: string, text: string): Promise<number> {
  const lines = (await readFile(join(shop.folder, file), 'utf8')).split('\n');
  return lines.findIndex((line) => line.startsWith(text)) + 1;
}

/** The language server below this window's VS Code; 0 while there is none. */
async function serverProcess({ server }: ShopWindow): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-eo', 'pid,args']);
  const line = stdout.split('\n').find((each) => each.includes(server.home) && each.includes('analysis.mjs'));
  return line ? Number(line.trim().split(' ')[0]) : 0;
}
