import { AxeBuilder } from '@axe-core/playwright';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { sendTrace } from '../harness/otlp';
import { ShopWindow } from '../harness/shopWindow';
import { eventually, type Workbench } from '../harness/workbench';

const FILE = 'orders/src/stock.js';
const LINE = 9;

describe('A program outside any debug session', () => {
  let shop: ShopWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    shop = await ShopWindow.open({ name: 'e2e-outside' });
    workbench = shop.workbench;
    await workbench.openFile(FILE, LINE);
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
  }, 180_000);

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  it('shows on the line that its spans name', async () => {
    const code = { path: join(shop.folder, FILE), line: LINE };
    await sendTrace(shop.sharedPort, { service: 'warehouse', name: 'stock.reserve', durationMs: 48, code });
    const lenses = await eventually(
      'a lens',
      () => workbench.lenses(),
      (seen) => seen.length > 0,
    );
    expect(lenses).toEqual([{ line: LINE, texts: ['48 ms'] }]);
  });

  it('is still there after the window was loaded anew, in a waterfall that came back with it and offers what is newer', async () => {
    await workbench.lensLink('48 ms').click();
    await workbench.waterfall.locator('.row', { hasText: 'stock.reserve' }).waitFor();
    await workbench.reload();
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
    await workbench.waterfall.locator('.row', { hasText: 'stock.reserve' }).waitFor();
    await sendTrace(shop.sharedPort, { service: 'warehouse', name: 'stock.recount', durationMs: 5 });
    await workbench.waterfall.getByText('1 newer').click();
    await workbench.waterfall.locator('.row', { hasText: 'stock.recount' }).waitFor();
  });

  it('is shown by a waterfall that assistive technology can read', async () => {
    await sendTrace(shop.sharedPort, { service: 'warehouse', name: 'stock.count', durationMs: 5 });
    await workbench.command('Spanline: Open Waterfall');
    await workbench.waterfall.locator('.row', { hasText: 'stock.count' }).waitFor();
    const { violations } = await new AxeBuilder({ page: workbench.page })
      .include(['iframe.webview.ready', 'iframe#active-frame', 'body'])
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });
});
