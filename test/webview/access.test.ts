import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PageOptions } from './harness';
import { onePage } from './onePage';
import type { WaterfallPage } from './waterfallPage';

/** For people who have no mouse, see little, or hear the page: what axe cannot find out by looking at one moment. */
const PICTURES = join(import.meta.dirname, '../../.artifacts/webview');

const openPage = onePage();
let view: WaterfallPage;

beforeAll(() => mkdir(PICTURES, { recursive: true }));

async function open(options: PageOptions): Promise<WaterfallPage> {
  view = await openPage(options);
  await view.rows.first().waitFor();
  return view;
}

/** What a screen reader says of the element that has the focus, through all shadow roots; empty for the page itself. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let at: Element | null = document.activeElement;
    let name = '';
    while (at && at !== document.body) {
      const own = at.getAttribute('aria-label') ?? (at.matches('button, vscode-button') ? at.textContent : '');
      name = own?.trim().replace(/\s+/g, ' ') || name;
      at = at.shadowRoot?.activeElement ?? null;
    }
    return name;
  });
}

/** Names of what the Tab key stops at, in order, from the beginning of the page until it leaves it. */
async function tabStops(page: Page): Promise<string[]> {
  const stops: string[] = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const name = await focused(page);
    if (name === '' || (name === stops[0] && stops.length > 1)) return stops;
    stops.push(name);
  }
  return stops;
}

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

describe('by keyboard alone', () => {
  test('the Tab key stops once at each part, and each has a name', async () => {
    await open({ scenario: 'small' });
    const stops = await tabStops(view.page);
    expect(stops).toEqual([
      expect.stringContaining('POST /api/checkout'),
      'Following newest',
      expect.stringContaining('services'),
      expect.stringMatching(/^Find spans by/),
      'Expand all',
      'Columns',
      'Keys (?)',
      'Spans of the trace',
      'Width of the names',
    ]);
  });

  test('the arrow keys go from button to button of the toolbar, which remembers where one was', async () => {
    await open({ scenario: 'small' });
    for (let i = 0; i < 20 && (await focused(view.page)) !== 'Expand all'; i++) await view.page.keyboard.press('Tab');
    const names: string[] = [];
    for (const key of ['ArrowRight', 'ArrowRight', 'End', 'ArrowRight', 'ArrowLeft', 'Home', 'ArrowRight']) {
      await view.page.keyboard.press(key);
      names.push((await focused(view.page)).split(/[ :]/)[0]);
    }
    expect(names).toEqual(['Collapse', 'Critical', 'Details', 'Expand', 'Details', 'Expand', 'Collapse']);
    await view.page.keyboard.press('Tab');
    await view.page.keyboard.press('Shift+Tab');
    expect(await focused(view.page)).toBe('Collapse all');
    await view.page.keyboard.press('Enter');
    await expect.poll(() => view.rows.count()).toBe(8);
  });

  test('the row that keys have reached is told to screen readers with its name, service and times', async () => {
    await open({ scenario: 'small' });
    await view.treegrid.focus();
    for (const key of ['ArrowDown', 'ArrowDown']) await view.page.keyboard.press(key);
    await view.selected.filter({ hasText: 'authenticate' }).waitFor();
    const id = await view.treegrid.getAttribute('aria-activedescendant');
    const row = view.page.locator(`spanline-rows #${id}`);
    expect(await row.getAttribute('aria-selected')).toBe('true');
    const said = await row
      .getByRole('gridcell')
      .evaluateAll((cells) =>
        cells.map((cell) => cell.getAttribute('aria-label') ?? cell.textContent?.trim().replace(/\s+/g, ' ')),
      );
    expect(said.join(' · ')).toMatch(/authenticate.*storefront.*Starts at .*takes 31 ms/);
  });

  test('? tells the keys, Escape closes them', async () => {
    await open({ scenario: 'small' });
    await view.treegrid.focus();
    await view.page.keyboard.press('?');
    const help = view.page.getByRole('group', { name: 'Keys' });
    await help.getByText('Follow the newest trace').waitFor();
    await view.page.screenshot({ path: join(PICTURES, 'keys.png') });
    expect(await faults(view.page)).toEqual([]);
    await view.page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await expect.poll(() => focused(view.page)).toBe('Keys (?)');
  });
});

describe('on a laptop of 1280 by 720 at', () => {
  test.each([
    ['200 %', 640, 360],
    ['400 %', 320, 180],
    ['200 %, beside an editor,', 320, 330],
  ] as const)('%s the rows can be seen and nothing is cut off', async (name, width, height) => {
    await open({ scenario: 'small', width, height, reducedMotion: true });
    await view.select('authenticate');
    await view.details.getByText('Duration').waitFor({ state: 'attached' });
    const file = `zoom-${name.replace(/\W+/g, '-')}.png`;
    await view.page.screenshot({ path: join(PICTURES, file) });
    const page = await view.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(page[0], 'no sideways scrolling').toBeLessThanOrEqual(page[1]);
    const grid = (await view.treegrid.boundingBox())!;
    const headAndTwoRows = 24 + 2 * 22;
    expect(grid.height).toBeGreaterThanOrEqual(headAndTwoRows);
    expect(grid.y + headAndTwoRows, 'above the fold').toBeLessThanOrEqual(height);
    expect(await faults(view.page)).toEqual([]);
  });
});

describe('whoever', () => {
  const moving = (page: Page) =>
    page.evaluate(() => {
      const count = (root: Document | ShadowRoot): number => {
        const running = root.getAnimations().filter(({ playState }) => playState === 'running').length;
        const inside = [...root.querySelectorAll('*')].map(({ shadowRoot }) => (shadowRoot ? count(shadowRoot) : 0));
        return inside.reduce((sum, one) => sum + one, running);
      };
      return count(document);
    });

  test('wants no motion sees none', async () => {
    await open({ scenario: 'small' });
    await expect.poll(() => moving(view.page)).toBeGreaterThan(0);
    await view.close();
    await open({ scenario: 'small', reducedMotion: true });
    expect(await moving(view.page)).toBe(0);
  });

  test('hears the page is not told of every trace that comes', async () => {
    await open({ scenario: 'small' });
    await view.page.keyboard.press('/');
    await view.page.keyboard.type('select');
    await view.page.locator('.matches', { hasText: '7 matches' }).waitFor();
    await view.page.evaluate(() => {
      const said: string[] = ((window as unknown as { said: string[] }).said = []);
      const listen = (root: ParentNode): void => {
        for (const element of root.querySelectorAll('*')) {
          if (element.matches('[role=status], [role=alert], [aria-live]'))
            new MutationObserver(() => said.push(element.textContent ?? '')).observe(element, {
              characterData: true,
              childList: true,
              subtree: true,
            });
          if (element.shadowRoot) listen(element.shadowRoot);
        }
      };
      listen(document);
    });
    for (let i = 0; i < 30; i++) {
      await view.host((host) => host.addLarge(20 + host.traces.length));
      await view.page.waitForTimeout(100);
    }
    const said = await view.page.evaluate(() => (window as unknown as { said: string[] }).said);
    expect(said.length, said.join(' | ')).toBeLessThanOrEqual(2);
  });
});
