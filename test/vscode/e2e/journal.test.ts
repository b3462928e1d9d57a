import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendTrace } from '../harness/otlp';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { ShopWindow } from '../harness/shopWindow';
import { eventually, type Workbench } from '../harness/workbench';

const FILE = 'orders/src/stock.js';
const LINE = 9;
const DURATIONS_MS = [20, 30, 48, 52, 61];
const LENSES = [{ line: LINE, texts: ['48 ms · p95 61 ms · 5×'] }];

describe('What was received', () => {
  let shop: ShopWindow;
  let workbench: Workbench;
  let rows: string[];

  beforeAll(async () => {
    shop = await ShopWindow.open({ name: 'e2e-journal' });
    workbench = shop.workbench;
    await workbench.openFile(FILE, LINE);
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
    const code = { path: join(shop.folder, FILE), line: LINE };
    for (const durationMs of DURATIONS_MS)
      await sendTrace(shop.sharedPort, {
        service: 'warehouse',
        name: `stock.reserve ${durationMs} pieces`,
        durationMs,
        code,
      });
    await workbench.untilLenses(LENSES);
    rows = await rowsThat((seen) => seen.length === DURATIONS_MS.length);
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  /** Names of the traces listed; when they were is told anew each time. */
  async function rowsThat(fit: (seen: string[]) => boolean): Promise<string[]> {
    await workbench.openViewlet('Spanline');
    const read = async () => {
      const texts = await workbench.viewTexts('Traces');
      return texts.flatMap((text) => /stock\.reserve \d+ pieces/.exec(text) ?? []);
    };
    return eventually('the traces', read, fit);
  }

  /** A window counts as loaded once it shows the files of its folder. */
  async function reload(): Promise<void> {
    await workbench.openViewlet('Explorer');
    await workbench.reload();
  }

  async function expectEverything(): Promise<void> {
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
    await workbench.untilLenses(LENSES);
    await rowsThat((seen) => seen.join() === rows.join());
  }

  it('is there again after the window was loaded anew', async () => {
    await reload();
    await expectEverything();
    await workbench.screenshot('e2e-journal-reloaded');
  });

  it.skipIf(process.platform === 'win32')('is there again after the extension host was killed', async () => {
    const before = await shop.server.extensionHosts();
    expect(await shop.server.killExtensionHosts()).toBeGreaterThan(0);
    // The workbench starts another by itself.
    await eventually(
      'another extension host',
      () => shop.server.extensionHosts(),
      (now) => now.some((host) => !before.includes(host)),
    );
    await expectEverything();
    // And in the window that is loaded next, whatever became of the host of this one.
    await reload();
    await expectEverything();
    await workbench.screenshot('e2e-journal-killed');
  });

  it('is there again in the window that follows one that was lost without a word', async () => {
    // Those of windows that were loaded anew end a while later.
    const before = await eventually('one extension host', () => shop.server.extensionHosts(), ({ length }) => length === 1); // prettier-ignore
    workbench = await shop.openAfterCrash();
    await workbench.openFile(FILE, LINE);
    await expectEverything();
    // The host of the lost window lives on, in case that it comes back, and has left its journal to the other's.
    const now = await shop.server.extensionHosts();
    expect(before.filter((host) => now.includes(host))).toEqual(before);
    await workbench.screenshot('e2e-journal-crashed');
  });

  it('is gone for good once the traces were cleared', async () => {
    await workbench.command('Spanline: Clear Traces');
    await rowsThat((seen) => seen.length === 0);
    await reload();
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
    await sendTrace(shop.sharedPort, { service: 'warehouse', name: 'stock.reserve 70 pieces', durationMs: 70 });
    expect(await rowsThat((seen) => seen.includes('stock.reserve 70 pieces'))).toHaveLength(1);
  });
});
