import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendLog, sendMetric, sendTrace } from '../harness/otlp';
import { faultsFor } from '../harness/assistiveTechnology';
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
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  const rowsThat = (view: string, fit: (rows: string[]) => boolean) =>
    eventually(`rows of ${view}`, () => workbench.viewTexts(view), fit);

  /** Puts another filter in the place of the one that there is, which the field begins with. */
  async function changeFilter(before: string, after: string): Promise<void> {
    await workbench.listOf('Spanline: Filter Traces');
    const field = workbench.page.locator('.quick-input-widget .quick-input-filter input');
    await expect.poll(() => field.inputValue()).toBe(before);
    await field.fill(after);
    await field.press('Enter');
    await field.waitFor({ state: 'hidden' });
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
    await expect.poll(() => faultsFor(workbench)).toEqual([]);
    await workbench.screenshot('e2e-views-details');
  });

  it('list what was masked, from which a line is opened', async () => {
    // The waterfall would get the focus back a moment after the palette closed, which closes a list that is open by then.
    await workbench.command('View: Focus First Editor Group');
    const rows = await workbench.listOf('Spanline: Show Masked Secrets and Personal Data');
    const entry = rows.filter({ hasText: 'db.password' });
    await entry.waitFor();
    expect(await entry.innerText()).toMatch(/password · once[^]*stock\.js:9 · accounts · POST \/login/);
    await rows.filter({ hasText: 'user.email' }).waitFor();
    await workbench.screenshot('e2e-views-redactions');
    await entry.click();
    // The list that closes may give the focus back to the waterfall, where it was before.
    await workbench.untilCursorOn(LINE, workbench.editorOf('stock.js'));
    // In the column where it is open, not over the waterfall.
    await workbench.waterfall.locator('.row', { hasText: 'POST /login' }).waitFor();
  });

  it('show only traces that a filter finds', async () => {
    await workbench.command('Spanline: Filter Traces', 'app.tenant = "blue"');
    await workbench.openViewlet('Spanline');
    await rowsThat('Traces', (rows) => rows.length === 1 && rows[0].includes('POST /login'));
    await workbench.screenshot('e2e-views-filter');
    await changeFilter('app.tenant = "blue"', 'app.tenant = "green"');
    await rowsThat('Traces', (rows) => rows.length === 0);
    await changeFilter('app.tenant = "green"', '');
    await rowsThat('Traces', (rows) => rows.length === 2);
  });

  it('keep a pinned trace above the others', async () => {
    const row = workbench.viewRows('Traces').filter({ hasText: 'stock.count' });
    await eventually(
      'a pinned trace above the others',
      async () => {
        // A row that moves under the pointer loses its buttons.
        await row.first().hover();
        const pin = row.first().getByRole('button', { name: 'Pin Trace', exact: true });
        await pin.click({ timeout: 1_000 }).catch(() => undefined);
        return workbench.viewTexts('Traces');
      },
      ([head, first]) => head.startsWith('Pinned') && first?.includes('stock.count'),
    );
    await workbench.screenshot('e2e-views-pinned');
    // From the palette it is the trace that the waterfall shows.
    await workbench.command('Spanline: Pin Trace');
    await rowsThat('Traces', ([head, ...below]) => /^Pinned.*2/.test(head) && below.length === 2);
  });

  it('show the latest value of a metric', async () => {
    const header = workbench.page.locator('.pane-header', { hasText: 'Metrics' });
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    await rowsThat('Metrics', (seen) => seen.join().includes('logins.refused') && seen.join().includes('41'));
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
