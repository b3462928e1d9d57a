import { AxeBuilder } from '@axe-core/playwright';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendLog, sendMetric, sendTrace } from '../harness/otlp';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { ShopWindow } from '../harness/shopWindow';
import { eventually, type Workbench } from '../harness/workbench';

const FILE = 'orders/src/stock.js';
const LINE = 9;
const SECRET = 'hunter2-and-more-of-it';

describe('The views', () => {
  let shop: ShopWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    shop = await ShopWindow.open({ name: 'e2e-views' });
    workbench = shop.workbench;
    await workbench.openFile(FILE, LINE);
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
    const { sharedPort } = shop;
    await sendTrace(sharedPort, { service: 'warehouse', name: 'stock.count', durationMs: 700 });
    const login = await sendTrace(sharedPort, {
      service: 'accounts',
      name: 'POST /login',
      code: { path: join(shop.folder, FILE), line: LINE },
      attributes: { 'db.password': SECRET, 'user.email': 'ann@example.com', 'app.tenant': 'blue' },
    });
    await sendLog(sharedPort, { service: 'accounts', message: `refused password=${SECRET}`, span: login });
    await sendLog(sharedPort, { service: 'accounts', message: 'the accounts service is up' });
    await sendMetric(sharedPort, 'accounts', 'logins.refused', 41);
    await workbench.openViewlet('Spanline');
    await rowsThat('Traces', (rows) => rows.length === 2);
  }, 180_000);

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  const rowsThat = (view: string, fit: (rows: string[]) => boolean) =>
    eventually(
      `rows of ${view}`,
      async () => (await workbench.viewRows(view).allInnerTexts()).map((text) => text.replace(/\s+/g, ' ')),
      fit,
    );

  /** A command that asks for more; where it does so. */
  async function choose(title: string): Promise<Locator> {
    const input = workbench.page.locator('.quick-input-widget');
    await workbench.page.keyboard.press('F1');
    await input.locator('.quick-input-filter input').fill(`>Spanline: ${title}`);
    await input.locator('.monaco-list-row', { hasText: title }).first().click();
    return input;
  }

  it('say what is missing where a command has no trace to act on', async () => {
    await workbench.command('Spanline: Pin Trace');
    await workbench.notifications.filter({ hasText: 'no trace is selected; choose one in the Traces view' }).waitFor();
    await workbench.command('Notifications: Clear All Notifications');
  });

  it('say in the waterfall’s details what was masked and what was logged, to everybody', async () => {
    await workbench.viewRows('Traces').filter({ hasText: 'POST /login' }).click();
    const { waterfall } = workbench;
    await waterfall.locator('.row', { hasText: 'POST /login' }).click();
    await waterfall.getByText('Masked before it was kept: password').waitFor();
    await waterfall.getByText('Personal data, kept as sent: e-mail address').waitFor();
    await waterfall.locator('details.log', { hasText: 'refused password=***' }).waitFor();
    await waterfall.locator('.log-tick.warn').waitFor();
    expect(await waterfall.locator('body').innerText()).not.toContain(SECRET);
    const { violations } = await new AxeBuilder({ page: workbench.page })
      .include(['iframe.webview.ready', 'iframe#active-frame', 'body'])
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    await workbench.screenshot('e2e-views-details');
  });

  it('list what was masked, from which a line is opened', async () => {
    const input = await choose('Show Masked Secrets and Personal Data');
    const entry = input.locator('.monaco-list-row', { hasText: 'db.password' });
    await entry.waitFor();
    expect(await entry.innerText()).toMatch(/password · once[^]*stock\.js:9 · accounts · POST \/login/);
    await input.locator('.monaco-list-row', { hasText: 'user.email' }).waitFor();
    await workbench.screenshot('e2e-views-redactions');
    await entry.click();
    await workbench.untilCursorOn(LINE);
    // In the column where it is open, not over the waterfall.
    await workbench.waterfall.locator('.row', { hasText: 'POST /login' }).waitFor();
  });

  it('show only traces that a filter finds', async () => {
    await workbench.command('Spanline: Filter Traces', 'app.tenant = "blue"');
    await workbench.openViewlet('Spanline');
    const [row] = await rowsThat('Traces', (rows) => rows.length === 1);
    expect(row).toContain('POST /login');
    await workbench.screenshot('e2e-views-filter');
    const filter = (await choose('Filter Traces')).locator('.quick-input-filter input');
    await eventually(
      'the filter to be changed',
      () => filter.inputValue(),
      (text) => text.includes('app.tenant'),
    );
    await filter.fill('app.tenant = "green"');
    await filter.press('Enter');
    await rowsThat('Traces', (rows) => rows.length === 0);
    await (await choose('Filter Traces')).locator('.quick-input-filter input').fill('');
    await filter.press('Enter');
    await rowsThat('Traces', (rows) => rows.length === 2);
  });

  it('keep a pinned trace above the others', async () => {
    const row = workbench.viewRows('Traces').filter({ hasText: 'stock.count' });
    const rows = await eventually(
      'a pinned trace',
      async () => {
        // A row that moves under the pointer loses its buttons.
        await row.first().hover();
        const pin = row.first().getByRole('button', { name: 'Pin Trace', exact: true });
        await pin.click({ timeout: 1_000 }).catch(() => undefined);
        return (await workbench.viewRows('Traces').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
      },
      (seen) => seen.some((text) => text.startsWith('Pinned')),
    );
    expect(rows[0]).toMatch(/^Pinned/);
    expect(rows[1]).toContain('stock.count');
    await workbench.screenshot('e2e-views-pinned');
    // From the palette it is the trace that the waterfall shows.
    await workbench.command('Spanline: Pin Trace');
    await rowsThat('Traces', ([head, ...below]) => /^Pinned.*2/.test(head) && below.length === 2);
  });

  it('show the latest value of a metric', async () => {
    const header = workbench.page.locator('.pane-header', { hasText: 'Metrics' });
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    const rows = await rowsThat('Metrics', (seen) => seen.some((text) => text.includes('41')));
    expect(rows.join()).toContain('logins.refused');
    await workbench.screenshot('e2e-views-metrics');
  });

  it('give log records without a trace a page', async () => {
    await workbench.command('Spanline: Show Log Records Without a Trace');
    const text = await eventually(
      'the page of log records',
      () => workbench.visibleText(),
      (seen) => seen.includes('the accounts service is up'),
    );
    expect(text).not.toContain('refused');
    await workbench.screenshot('e2e-views-logs');
  });
});
