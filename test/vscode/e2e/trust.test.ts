import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { idsOf, sendTrace } from '../harness/otlp';
import { ShopWindow } from '../harness/shopWindow';
import type { Workbench } from '../harness/workbench';

describe('A folder that is not trusted', () => {
  let shop: ShopWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    const settings = { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' };
    shop = await ShopWindow.open({ name: 'e2e-trust', askForTrust: true, settings });
    workbench = shop.workbench;
  }, 180_000);

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  it('still shows what programs outside send', async () => {
    await workbench.statusBarItem('Restricted Mode').waitFor();
    await workbench.openViewlet('Spanline');
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
    const ids = idsOf('GET /from-outside');
    await sendTrace(shop.sharedPort, { service: 'stranger', name: 'GET /from-outside', ids });
    const row = workbench.viewRows('Traces').filter({ hasText: 'GET /from-outside' });
    await row.waitFor();
    await row.click();
    await workbench.waterfall.locator('.row .span-name', { hasText: 'GET /from-outside' }).waitFor();
  });

  it('starts no program with F5 before it was asked for trust', async () => {
    await workbench.page.keyboard.press('F5');
    const dialog = workbench.page.locator('.monaco-dialog-box', { hasText: /trust/i });
    await dialog.waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await workbench.isDebugging()).toBe(false);
  });
});
