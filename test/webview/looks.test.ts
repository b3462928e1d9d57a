import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PageOptions, WaterfallHarness } from './harness';
import { WaterfallPage } from './waterfallPage';

/** Every state of the view in the themes where it matters: looked at by axe, and kept as a picture for people to look at. */
const PICTURES = join(import.meta.dirname, '../../.artifacts/webview');

interface Look {
  readonly name: string;
  readonly options: PageOptions;
  readonly act?: (view: WaterfallPage) => Promise<void>;
}

const select = (name: string) => async (view: WaterfallPage) => {
  await view.select(name);
  await view.details.getByText('Duration').waitFor();
};

const openLog = async (view: WaterfallPage) => {
  await view.select('price');
  await view.details.getByText('payment was refused').first().click();
  await view.details.getByText('winston').first().scrollIntoViewIfNeeded();
};

const openRedacted = async (view: WaterfallPage) => {
  await view.select('POST /login');
  await view.details.getByText('Personal data, kept as sent: e-mail address').waitFor();
};

const EMPTY_STATUS = {
  engine: 'ready',
  endpoint: 'http://127.0.0.1:4318',
  problems: [
    'Port 4317 is taken by otelcol (pid 812); what is sent there is not seen. Set "spanline.receiver.sharedPorts".',
  ],
} as const;

const LOOKS: readonly Look[] = [
  { name: 'dark', options: { scenario: 'small' }, act: select('charge card') },
  { name: 'light', options: { scenario: 'small', theme: 'light' }, act: select('charge card') },
  { name: 'contrast-dark', options: { scenario: 'small', theme: 'contrastDark' }, act: select('charge card') },
  { name: 'contrast-light', options: { scenario: 'small', theme: 'contrastLight' }, act: select('charge card') },
  {
    name: 'forced-colors',
    options: { scenario: 'small', theme: 'contrastDark', forcedColors: true },
    act: select('price'),
  },
  { name: 'logs-dark', options: { scenario: 'small', logs: true, height: 1000 }, act: openLog },
  { name: 'logs-light', options: { scenario: 'small', logs: true, height: 1000, theme: 'light' }, act: openLog },
  {
    name: 'logs-contrast',
    options: { scenario: 'small', logs: true, height: 1000, theme: 'contrastDark' },
    act: openLog,
  },
  ...(['dark', 'light', 'contrastDark', 'contrastLight'] as const).map((theme): Look => ({
    name: `redacted-${theme}`,
    options: { scenario: 'redacted', logs: true, theme, height: 1000 },
    act: openRedacted,
  })),
  { name: 'redacted-narrow', options: { scenario: 'redacted', width: 420, height: 900 }, act: openRedacted },
  { name: 'log-ticks', options: { scenario: 'small', logs: true, width: 2200, theme: 'light' }, act: select('price') },
  { name: 'narrow', options: { scenario: 'small', width: 420, height: 800 }, act: select('charge card') },
  { name: 'wide', options: { scenario: 'small', width: 2200, height: 900 }, act: select('load cart') },
  { name: 'tiny', options: { scenario: 'tiny', width: 900, height: 360 }, act: select('only span') },
  { name: 'odd', options: { scenario: 'odd' }, act: select('starts before its parent') },
  { name: 'extreme', options: { scenario: 'extreme' }, act: select('an endless name') },
  {
    name: 'extreme-services',
    options: { scenario: 'extreme', theme: 'light' },
    act: (view) => view.page.getByTitle('What each service took of the time').click(),
  },
  {
    name: 'extreme-picker',
    options: { scenario: 'extreme' },
    act: (view) => view.page.getByTitle('Choose a trace').click(),
  },
  { name: 'deep', options: { scenario: 'deep' }, act: (view) => view.treegrid.press('End') },
  { name: 'many-services', options: { scenario: 'manyServices', theme: 'light', height: 1000 } },
  { name: 'ten-thousand-siblings', options: { scenario: 'wide' } },
  { name: 'huge', options: { scenario: 'huge' } },
  { name: 'empty-dark', options: { scenario: 'empty', status: EMPTY_STATUS } },
  { name: 'empty-light', options: { scenario: 'empty', theme: 'light', status: EMPTY_STATUS } },
  { name: 'empty-restricted', options: { scenario: 'empty', status: { ...EMPTY_STATUS, restricted: true } } },
  { name: 'loading', options: { scenario: 'small', silent: true } },
  {
    name: 'gone',
    options: { scenario: 'small', target: { traceId: 'f'.repeat(32) as never, follow: false } },
    act: (view) => view.page.getByText('has left the store').waitFor(),
  },
  {
    name: 'picker',
    options: { scenario: 'small', theme: 'light' },
    act: (view) => view.page.getByTitle('Choose a trace').click(),
  },
  {
    name: 'services',
    options: { scenario: 'small' },
    act: (view) => view.page.getByTitle('What each service took of the time').click(),
  },
  {
    name: 'search-and-columns',
    options: { scenario: 'small' },
    act: async (view) => {
      await view.page.keyboard.press('/');
      await view.page.keyboard.type('select');
      await view.page.keyboard.press('Enter');
      await view.page.getByRole('button', { name: 'Columns' }).click();
      for (const name of ['Service', 'Duration', 'Self time']) await view.page.getByRole('checkbox', { name }).click();
    },
  },
  {
    name: 'tooltip',
    options: { scenario: 'odd', theme: 'light' },
    act: async (view) => {
      await view.row('starts before its parent').locator('.bar').hover();
      await view.page.locator('.tip').waitFor();
    },
  },
];

let harness: WaterfallHarness;
beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  harness = await WaterfallHarness.start();
});
afterAll(() => harness.stop());

describe('nobody is kept out of', () => {
  test.each(LOOKS)('$name', async ({ name, options, act }) => {
    const view = new WaterfallPage(await harness.open({ reducedMotion: true, ...options }));
    const nothingYet = options.scenario === 'empty' || options.silent || name === 'gone';
    if (!nothingYet) await view.rows.first().waitFor();
    await act?.(view);
    // Events of rows in view are fetched once scrolling rests.
    await view.page.waitForTimeout(300);
    await view.page.screenshot({ path: join(PICTURES, `${name}.png`) });
    const axe = new AxeBuilder({ page: view.page });
    // It reads the colours that the system replaces.
    if (options.forcedColors) axe.disableRules('color-contrast');
    const { violations } = await axe.analyze();
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
    expect(found.join('\n') || 'none').toBe('none');
    expect(await view.errors()).toEqual([]);
    await view.close();
  });
});
