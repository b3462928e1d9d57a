import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WaterfallHarness } from './harness';
import { WaterfallPage } from './waterfallPage';

/** The view as it is after hours: traces come and go, and nothing is kept of those that went. */
const MB = 1024 * 1024;
const SPANS = 400;

let harness: WaterfallHarness;
beforeAll(async () => {
  harness = await WaterfallHarness.start();
});
afterAll(() => harness.stop());

interface Held {
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

async function held(session: CDPSession): Promise<Held> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const value = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  return { heap: value('JSHeapUsedSize'), nodes: value('Nodes'), listeners: value('JSEventListeners') };
}

describe('a view that is left open', () => {
  test('holds as much after many traces as after a few', async () => {
    const view = new WaterfallPage(await harness.open({ scenario: 'small', logs: true }));
    await view.rows.first().waitFor();
    const session = await view.page.context().newCDPSession(view.page);
    await session.send('Performance.enable');

    /** Each is drawn, a span of it selected, and following taken up again. */
    const pass = async (traces: number): Promise<Held> => {
      for (let i = 0; i < traces; i++) {
        const id = await view.page.evaluate((spans) => window.fakeHost.replaceAll(spans), SPANS);
        if (i % 10 > 0) continue;
        await expect.poll(() => view.host((host) => host.shown?.traceId)).toBe(id);
        await view.rows.nth(3).locator('.span-name').click();
        await view.details.getByText('Duration').waitFor();
        await view.page.keyboard.press('f');
      }
      return held(session);
    };
    await pass(30);
    const early = await pass(30);
    const late = await pass(180);
    // A trace of this size takes a few hundred kilobytes.
    expect((late.heap - early.heap) / MB).toBeLessThan(4);
    expect(late.nodes / early.nodes).toBeLessThan(1.5);
    expect(late.listeners / early.listeners).toBeLessThan(1.2);
    expect(await view.errors()).toEqual([]);
    await view.close();
  }, 180_000);
});
