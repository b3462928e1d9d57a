// The product's story, walked through without anybody watching; each stop leaves a picture. The README shows some of them.
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ShopWindow } from '../vscode/harness/shopWindow';
import { eventually, type Workbench } from '../vscode/harness/workbench';

const THEMES = { dark: 'Default Dark Modern', light: 'Default Light Modern', contrast: 'Default High Contrast' };
/** A page shows a picture at half of its width: what has to be read must be large. */
const SIZE = { width: 1360, height: 850 };
const REPOSITORY_FILE = 'orders/src/orderRepository.js';
const CHECK_OUT = 'gateway/src/checkout/checkOut.ts';
const RECEIPTS = 'gateway/src/checkout/receipts.ts';
/** Enough requests for percentiles that mean something. */
const WARM_CHECKOUTS = 12;
/** Fades and late layouts; only how the pictures look depends on it. */
const SETTLE_MS = 800;
const MOST_SCROLLS = 20;
const SCROLL_PX = 150;

export async function takeTour(folder: string, vsix: string): Promise<void> {
  const shop = await ShopWindow.open({
    name: 'tour',
    vsix,
    scale: 1.5,
    ...SIZE,
    settings: {
      'workbench.colorTheme': THEMES.dark,
      'debug.toolBarLocation': 'docked',
      'breadcrumbs.enabled': false,
      'editor.fontSize': 13,
      'editor.stickyScroll.enabled': false,
      'workbench.layoutControl.enabled': false,
    },
    log: console.log,
  });
  try {
    await new Tour(shop, resolve(folder)).walk();
  } catch (error) {
    await shop.workbench.screenshot('where-it-stopped', resolve(folder));
    throw error;
  } finally {
    await shop.close();
  }
}

class Tour {
  private readonly workbench: Workbench;

  constructor(
    private readonly shop: ShopWindow,
    private readonly folder: string,
  ) {
    this.workbench = shop.workbench;
  }

  async walk(): Promise<void> {
    await this.shop.start();
    await this.lensesOnTheLines();
    await this.lensOpensTheWaterfall();
    await this.barOpensTheLine();
    await this.themesAndWidths();
    await this.diagnosticAndFix();
    await this.secondRun();
  }

  private async lensesOnTheLines(): Promise<void> {
    await this.workbench.openFile(REPOSITORY_FILE, 12);
    await this.workbench.openViewlet('Spanline');
    await this.widenSideBar(60);
    // The query of each item: several for one order.
    await this.untilLens((text) => timesOf(text) >= 4 * WARM_CHECKOUTS);
    await this.picture('lenses');
  }

  private async lensOpensTheWaterfall(): Promise<void> {
    await this.workbench.command('View: Toggle Primary Side Bar Visibility');
    await this.workbench.openFile(CHECK_OUT, 24);
    await this.untilLens((text) => timesOf(text) >= WARM_CHECKOUTS);
    await this.workbench
      .lensLink(/^[\d.]+ (ms|s|min) ·/)
      .first()
      .click();
    await this.workbench.waterfall.locator('.row.selected').waitFor();
    await this.workbench.waterfall.getByText('Self time').first().waitFor();
    await this.picture('lens-to-waterfall');
  }

  private async barOpensTheLine(): Promise<void> {
    const { waterfall } = this.workbench;
    const bar = waterfall.locator('.row', { hasText: 'payment.charge' }).locator('[data-action="bar"]');
    await waterfall.locator('.row.selected').hover();
    // A cart of many products has it further down.
    for (let tries = 0; tries < MOST_SCROLLS && !(await bar.isVisible()); tries++) {
      await this.workbench.page.mouse.wheel(0, SCROLL_PX);
      await this.workbench.page.waitForTimeout(SETTLE_MS);
    }
    await bar.click();
    await this.workbench.editorOf('payments.ts').waitFor();
    await this.picture('bar-to-line');
  }

  private async themesAndWidths(): Promise<void> {
    for (const theme of ['light', 'contrast', 'dark'] as const) {
      await this.changeTheme(theme);
      await this.picture(`waterfall-${theme}`);
    }
    const { page } = this.workbench;
    await page.setViewportSize({ width: 900, height: 1000 });
    await this.picture('narrow');
    await page.setViewportSize(SIZE);
  }

  private async changeTheme(theme: keyof typeof THEMES): Promise<void> {
    await this.shop.changeSettings({ 'workbench.colorTheme': THEMES[theme] });
    await this.workbench.page.locator(`.monaco-workbench.${THEME_CLASSES[theme]}`).waitFor();
  }

  private async diagnosticAndFix(): Promise<void> {
    const { page, editor } = this.workbench;
    await this.workbench.command('View: Focus First Editor Group');
    await this.workbench.openFile(CHECK_OUT, 22);
    await editor.locator('.squiggly-warning').first().waitFor();
    await page.keyboard.press('F8');
    await this.picture('diagnostic');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget .monaco-list-row').first().waitFor();
    await this.picture('light-bulb');
    await page.keyboard.press('Enter');
    await eventually(
      'the fix',
      () => this.workbench.visibleText(),
      (text) => !text.includes('`checkout ${'),
    );
    await this.picture('fixed');
  }

  /** The mail server gets slower by 38 ms between two runs; the line says so. */
  private async secondRun(): Promise<void> {
    const { workbench } = this;
    await workbench.command('View: Focus First Editor Group');
    await workbench.openFile(RECEIPTS, 16);
    await this.untilLens((text) => timesOf(text) >= WARM_CHECKOUTS);
    await workbench.stopDebugging();
    const file = join(this.shop.folder, RECEIPTS);
    const before = await readFile(file, 'utf8');
    const after = before.replace('MAIL_MS = 25', 'MAIL_MS = 63');
    if (after === before) throw new Error(`${RECEIPTS} no longer says how long the mail takes.`);
    await writeFile(file, after);
    await workbench.pressF5('Shop');
    await this.untilLens((text) => text.includes('vs last run') && timesOf(text) >= WARM_CHECKOUTS);
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    await this.picture('second-run');
  }

  /** So far that each trace is told in full. */
  private async widenSideBar(byPx: number): Promise<void> {
    const { mouse } = this.workbench.page;
    const bar = (await this.workbench.page.locator('.part.sidebar').boundingBox())!;
    const [edge, middle] = [bar.x + bar.width, bar.y + bar.height / 2];
    await mouse.move(edge, middle);
    await mouse.down();
    await mouse.move(edge + byPx, middle, { steps: 5 });
    await mouse.up();
  }

  private async untilLens(wanted: (text: string) => boolean): Promise<void> {
    await eventually(
      'the lens of the story',
      () => this.workbench.lenses(),
      (lenses) => lenses.some(({ texts }) => texts.some(wanted)),
      120_000,
    );
  }

  private async picture(name: string): Promise<void> {
    // Nothing under the pointer: no hover belongs into a picture that is not about it.
    await this.workbench.page.mouse.move(0, 0);
    await this.workbench.page.waitForTimeout(SETTLE_MS);
    console.log(await this.workbench.screenshot(name, this.folder));
  }
}

const THEME_CLASSES = { dark: 'vs-dark', light: 'vs', contrast: 'hc-black' };

/** How many spans a lens tells: 37 of `12 ms · p95 48 ms · 37×`, 1 when it tells of one. */
function timesOf(lens: string): number {
  return Number(/· (\d+)×/.exec(lens)?.[1] ?? 1);
}
