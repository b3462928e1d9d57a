import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { ShopWindow } from '../harness/shopWindow';
import { eventually, type Lens, type Workbench } from '../harness/workbench';

const CLICK_PATIENCE_MS = 10_000;
/** `850 µs` or `1.2 s`. */
const DURATION = String.raw`\d[\d.]* (?:ns|µs|ms|s)`;
const LENS = new RegExp(`^${DURATION}(?: · p95 ${DURATION} · [\\d.]+[kM]?×)?(?: · .+)?$`);

describe('F5 on the shop', () => {
  let shop: ShopWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    shop = await ShopWindow.open({ name: 'e2e-shop' });
    workbench = shop.workbench;
    await shop.start();
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  /** Opens a file and waits for lenses on the lines that hold these texts. */
  async function untilLenses(path: string, texts: readonly string[]): Promise<Lens[]> {
    const lines = await linesWith(join(shop.folder, path), texts);
    await workbench.openFile(path, lines[0]);
    const lenses = await eventually(
      `lenses above ${texts.join(', ')} of ${path}`,
      () => workbench.lenses(),
      (seen) => lines.every((line) => seen.some((lens) => lens.line === line)),
    );
    return lenses.filter(({ line }) => lines.includes(line));
  }

  it('puts durations on the lines of a TypeScript service with SDK 2.x that runs through tsx', async () => {
    const lenses = await untilLenses('gateway/src/checkout/checkOut.ts', ['startActiveSpan(`checkout']);
    expect(lenses.flatMap(({ texts }) => texts)).toEqual(lenses.map(() => expect.stringMatching(LENS)));
    await workbench.screenshot('e2e-gateway-lenses');
  });

  it('puts them on the lines of fetch, which nobody instrumented by hand', async () => {
    const [lens] = await untilLenses('gateway/src/clients/http.ts', ['await fetch(url']);
    expect(lens.texts[0]).toMatch(LENS);
  });

  it('puts durations on the lines of a CommonJS service with SDK 1.x, its database calls included', async () => {
    const lenses = await untilLenses('orders/src/orderRepository.js', [
      "startActiveSpan('order.place'",
      'const { rows } = await client.query(',
    ]);
    expect(lenses.flatMap(({ texts }) => texts)).toEqual(lenses.map(() => expect.stringMatching(LENS)));
    await workbench.screenshot('e2e-orders-lenses');
  });

  it('puts durations on the lines of a service without OpenTelemetry', async () => {
    const [lens] = await untilLenses('payments/src/bank.js', ['return await fetch(BANK']);
    expect(lens.texts[0]).toMatch(LENS);
    await workbench.screenshot('e2e-payments-lenses');
  });

  it('lists the requests in the Traces view by their routes', async () => {
    await workbench.openViewlet('Spanline');
    const rows = await eventually(
      'a row for a checkout',
      () => workbench.viewTexts('Traces'),
      (texts) => texts.some((text) => text.includes('POST /checkout')),
    );
    expect(rows.every((row) => !row.includes('unknown_service'))).toBe(true);
    await workbench.screenshot('e2e-traces-view');
  });

  it('shows one checkout through three services as one trace', async () => {
    // The list lives on; narrowed down to checkouts, any row that comes under the pointer is one.
    await workbench.command('Spanline: Filter Traces', 'checkout');
    const rows = workbench.viewRows('Traces').filter({ hasText: 'POST /checkout' });
    const services = workbench.waterfall.locator('.service-name');
    const names = await eventually(
      'all services in the waterfall',
      async () => {
        await rows.first().click();
        // A click on a row that moves away is lost.
        await services
          .first()
          .waitFor({ timeout: CLICK_PATIENCE_MS })
          .catch(() => undefined);
        return [...new Set(await services.allInnerTexts())];
      },
      (seen) => ['gateway', 'orders', 'payments'].every((service) => seen.includes(service)),
    );
    expect(names).toHaveLength(3);
    await workbench.screenshot('e2e-waterfall');
  });

  it('opens the waterfall at the span when its lens is clicked', async () => {
    const [{ line }] = await untilLenses('gateway/src/clients/payments.ts', ["startActiveSpan('payment.charge'"]);
    await workbench.clickLens(line);
    const selected = workbench.waterfall.locator('.row.selected .span-name');
    await eventually(
      'payment.charge selected',
      () => selected.allInnerTexts(),
      (texts) => texts.includes('payment.charge'),
    );
    await workbench.screenshot('e2e-lens-to-waterfall');
  });

  it('opens the editor on the line when a bar is clicked', async () => {
    const row = workbench.waterfall.locator('.row', { hasText: 'cart.price' });
    await row.locator('[data-action="bar"]').click();
    const [line] = await linesWith(join(shop.folder, 'gateway/src/checkout/prices.ts'), [
      "startActiveSpan('cart.price'",
    ]);
    await workbench.untilCursorOn(line, workbench.editorOf('prices.ts'));
    await workbench.screenshot('e2e-bar-to-line');
  });

  it('follows the newest request as it comes when it is told to', async () => {
    const { waterfall } = workbench;
    const follow = waterfall.locator('spanline-header button.follow');
    const start = waterfall.locator('spanline-header [title^="Started"]');
    // Where there is little room it is there without being shown; its title has the date, too.
    const moment = async () => (await start.getAttribute('title')) ?? '';
    const chosen = await moment();
    if ((await follow.getAttribute('aria-pressed')) !== 'true') await follow.click();
    // The start of one trace goes back while it is still arriving: only a later one is another trace.
    const newest = await eventually('a trace that started after the one shown', moment, (now) => now > chosen);
    await eventually('the trace after that one', moment, (now) => now > newest);
  });

  it('tells the port for other programs in the status bar', async () => {
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
  });

  it("leaves the team's own exporters all of their spans", async () => {
    const before = await shop.exported();
    const after = await eventually(
      'the collector gets more spans of both services',
      () => shop.exported(),
      (now) => ['gateway', 'orders'].every((service) => (now[service] ?? 0) > (before[service] ?? 0)),
    );
    expect(after).not.toHaveProperty('payments');
  });

  it('tells on the line how a second run compares with the first', async () => {
    const path = 'gateway/src/checkout/receipts.ts';
    await workbench.command('View: Focus First Editor Group');
    await untilLenses(path, ["startActiveSpan('receipt.send'"]);
    await workbench.stopDebugging();
    const file = join(shop.folder, path);
    // So much slower that the scatter of a busy machine cannot hide it.
    await writeFile(file, (await readFile(file, 'utf8')).replace('MAIL_MS = 25', 'MAIL_MS = 1525'));
    await workbench.pressF5('Shop');
    const [line] = await linesWith(file, ["startActiveSpan('receipt.send'"]);
    await eventually(
      'a comparison on the line',
      async () => (await workbench.lenses()).find((lens) => lens.line === line)?.texts.join(' '),
      (text) => / · \+[\d.]+ s vs last run$/.test(text ?? ''),
    );
    await workbench.screenshot('e2e-second-run');
  });
});

/** 1-based numbers of the first lines that hold each text. */
async function linesWith(file: string, texts: readonly string[]): Promise<number[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return texts.map((text) => {
    const at = lines.findIndex((line) => line.includes(text));
    if (at < 0) throw new Error(`${file} has no line with ${text}`);
    return at + 1;
  });
}
