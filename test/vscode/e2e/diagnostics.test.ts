import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { asProblems, findLintMistakes, shownProblems, type Mistake } from '../harness/mistakes';
import { ShopWindow } from '../harness/shopWindow';
import { eventually, type Workbench } from '../harness/workbench';

const CHECK_OUT = 'gateway/src/checkout/checkOut.ts';

describe('Mistakes in the instrumentation', () => {
  let shop: ShopWindow;
  let workbench: Workbench;
  let mistakes: Mistake[];

  beforeAll(async () => {
    // Tall, because the Problems view holds only the rows in sight.
    shop = await ShopWindow.open({ name: 'e2e-diagnostics', height: 3200 });
    workbench = shop.workbench;
    mistakes = await findLintMistakes(shop.folder);
  }, 180_000);

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  const found = () => shownProblems(workbench);

  it('are found where the sample says they are, and nowhere else', async () => {
    const files = [...new Set(mistakes.map(({ file }) => file))];
    for (const file of files) await workbench.openFile(file);
    await workbench.command('Problems: Focus on Problems View');
    const expected = asProblems(mistakes);
    const seen = await eventually('every mistake in the Problems view', found, (now) =>
      expected.every((one) => now.includes(one)),
    );
    expect([...seen].sort()).toEqual(expected);
    await workbench.screenshot('e2e-problems');
  });

  it('are underlined in the editor', async () => {
    await workbench.openFile(CHECK_OUT, lineOf(mistakes, CHECK_OUT, 'span-name-high-cardinality'));
    await workbench.editor.locator('.squiggly-warning').first().waitFor();
  });

  it('are mended by the light bulb: the span gets a static name, the id goes into an attribute', async () => {
    const line = lineOf(mistakes, CHECK_OUT, 'span-name-high-cardinality');
    await workbench.openFile(CHECK_OUT, line);
    await workbench.page.keyboard.press('F8');
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Control+.');
    await workbench.page.locator('.action-widget .monaco-list-row').first().waitFor();
    await workbench.screenshot('e2e-light-bulb');
    await workbench.page.keyboard.press('Enter');
    await eventually(
      'the template is gone',
      () => workbench.visibleText(),
      (text) => !text.includes('`checkout ${'),
    );
    await workbench.page.keyboard.press('Control+s');
    const file = join(shop.folder, CHECK_OUT);
    const saved = await eventually(
      'the fix on disk',
      () => readFile(file, 'utf8'),
      (text) => text.includes("'checkout'"),
    );
    expect(saved).toMatch(/startActiveSpan\(\s*'checkout'/);
    expect(saved).toMatch(/cart\.id/);
    await eventually(
      'the finding is gone',
      found,
      (now) => !now.some((one) => one.startsWith('span-name-high-cardinality')),
    );
  });
});

function lineOf(mistakes: readonly Mistake[], file: string, rule: string): number {
  const mistake = mistakes.find((one) => one.file === file && one.rule === rule);
  if (!mistake) throw new Error(`${file} has no mistake of ${rule}`);
  return mistake.line;
}
