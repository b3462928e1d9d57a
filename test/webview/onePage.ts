import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type PageOptions, WaterfallHarness } from './harness';
import { WaterfallPage } from './waterfallPage';

/** For files whose tests look at one page at a time: ends every test by the page's own errors. Returns what opens one. */
export function onePage(): (options: PageOptions) => Promise<WaterfallPage> {
  let harness: WaterfallHarness;
  let view: WaterfallPage | undefined;

  beforeAll(async () => {
    harness = await WaterfallHarness.start();
  });
  afterAll(() => harness.stop());
  afterEach(async () => {
    const last = view;
    view = undefined;
    if (!last) return;
    expect(await last.errors()).toEqual([]);
    await last.close();
  });

  return async (options) => (view = new WaterfallPage(await harness.open(options)));
}
