import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { asProblems, findLintMistakes, shownProblems, type Mistake } from '../harness/mistakes';
import { ShopWindow } from '../harness/shopWindow';
import { eventually, type Workbench } from '../harness/workbench';

const CHECK_OUT = 'gateway/src/checkout/checkOut.ts';
const FIX = /^Name the span 'checkout'/;

describe('Mistakes in the instrumentation', () => {
  let shop: ShopWindow;
  let workbench: Workbench;
  let mistakes: Mistake[];

  beforeAll(async () => {
    // Tall, because the Problems view holds only the rows in sight.
    shop = await ShopWindow.open({ name: 'e2e-diagnostics', height: 3200 });
    workbench = shop.workbench;
    mistakes = await findLintMistakes(shop.folder);
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  const found = () => shownProblems(workbench);

  it('are found where the sample says they are, and nowhere else', async () => {
    const files = [...new Set(mistakes.map(({ file }) => file))];
    for (const file of files) await workbench.openFile(file);
    await workbench.command('Problems: Focus on Problems View');
    const expected = asProblems(mistakes);
    // The first look at a file, without types, may say more than the last.
    await expect.poll(async () => (await found()).sort()).toEqual(expected);
    await workbench.screenshot('e2e-problems');
  });

  it('are underlined in the editor', async () => {
    await workbench.openFile(CHECK_OUT, lineOf(mistakes, CHECK_OUT, 'span-name-high-cardinality'));
    await workbench.editor.locator('.squiggly-warning').first().waitFor();
  });

  it('are mended by the light bulb: the span gets a static name, the id goes into an attribute', async () => {
    const line = lineOf(mistakes, CHECK_OUT, 'span-name-high-cardinality');
    await workbench.openFile(CHECK_OUT, line);
    await workbench.editor.locator('.squiggly-warning').first().waitFor();
    const peek = workbench.page.locator('.zone-widget .marker-widget');
    await workbench.page.keyboard.press('F8');
    await peek.filter({ hasText: 'span-name-high-cardinality' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await peek.waitFor({ state: 'hidden' });
    await workbench.page.keyboard.press('Control+.');
    const fix = workbench.page.locator('.action-widget .monaco-list-row', { hasText: FIX }).first();
    await fix.waitFor();
    await workbench.screenshot('e2e-light-bulb');
    await fix.click();
    await eventually(
      'the template is gone',
      () => workbench.visibleText(),
      (text) => !text.includes('`checkout ${'),
    );
    await workbench.page.keyboard.press('Control+s');
    const file = join(shop.folder, CHECK_OUT);
    await eventually(
      'the fix on disk',
      () => readFile(file, 'utf8'),
      (text) => /startActiveSpan\(\s*'checkout'/.test(text) && /cart\.id/.test(text),
    );
    await eventually(
      'the finding is gone',
      found,
      (now) => now.length > 0 && !now.some((one) => one.startsWith('span-name-high-cardinality')),
    );
  });
});

function lineOf(mistakes: readonly Mistake[], file: string, rule: string): number {
  const mistake = mistakes.find((one) => one.file === file && one.rule === rule);
  if (!mistake) throw new Error(`${file} has no mistake of ${rule}`);
  return mistake.line;
}
