import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendTrace } from '../harness/otlp';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { ShopWindow } from '../harness/shopWindow';
import type { Workbench } from '../harness/workbench';

const TRACE = { service: 'warehouse', name: 'stock.count' };

/** A window that has never seen the walkthrough: VS Code remembers its steps. */
describe.each([
  ['before', 'is opened'],
  ['while', 'is open'],
])('The walkthrough’s first step, when traces come %s it %s,', (when) => {
  let shop: ShopWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    shop = await ShopWindow.open({ name: `e2e-walkthrough-${when}` });
    workbench = shop.workbench;
    await workbench.openViewlet('Spanline');
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  const step = () => workbench.page.locator('.getting-started-step', { hasText: 'Press F5' });
  const ticked = () => step().locator('.codicon-getting-started-step-checked:visible');

  it('is ticked', async () => {
    if (when === 'before') {
      await sendTrace(shop.sharedPort, TRACE);
      await workbench.viewRows('Traces').first().waitFor();
      await workbench.command('Welcome: Open Walkthrough...', 'Spanline');
      await step().waitFor();
    } else {
      await workbench.page
        .getByRole('link', { name: 'How it works' })
        .or(workbench.page.getByText('How it works'))
        .first()
        .click();
      await step().waitFor();
      expect(await ticked().count()).toBe(0);
      await sendTrace(shop.sharedPort, TRACE);
    }
    await expect.poll(() => ticked().count()).toBe(1);
    await workbench.screenshot(`e2e-walkthrough-${when}`);
  });
});
