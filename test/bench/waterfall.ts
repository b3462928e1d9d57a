// What a trace of 100,000 spans costs in the webview: its model alone in Node, and opening, scrolling and selecting in Chromium.
// `node esbuild.mjs --production --only=webview` builds what is measured.
import type { CDPSession, Page } from 'playwright-core';
import { overviewStrokes } from '../../src/model/overview';
import { buildRowTree, collapseFrom, visibleRows } from '../../src/model/rows';
import { searchRows } from '../../src/model/rowSearch';
import { carryMarks } from '../../src/model/spanRows';
import type { TraceColumns } from '../../src/model/traceColumns';
import { checkedColumns } from '../../src/protocol/waterfallGuards';
import { WaterfallHarness } from '../webview/harness';
import { largeTrace } from '../webview/scenarios';
import { quantile } from './support/quantiles';

const SPANS = 100_000;

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, number>> {
  const figures = { ...modelFigures(quick), ...(await pageFigures(quick)) };
  console.table(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(2))])));
  return figures;
}

function modelFigures(quick: boolean): Record<string, number> {
  const { columns } = largeTrace(SPANS);
  const rounds = quick ? 7 : 25;
  const tree = buildRowTree(columns);
  const folded = collapseFrom(tree, 3);
  return {
    waterfall_check_ms: median(rounds, () => checkedColumns(columns)),
    waterfall_model_ms: median(rounds, () => visibleRows(buildRowTree(columns), new Uint8Array(columns.count))),
    waterfall_naive_rows_ms: median(quick ? 3 : 7, () => naiveRows(columns)),
    waterfall_fold_ms: median(rounds, () => visibleRows(tree, folded)),
    waterfall_search_ms: median(rounds, () => searchRows(columns, 'select service-3')),
    waterfall_carry_folds_ms: median(rounds, () => carryMarks(columns, folded, columns)),
    waterfall_overview_ms: median(rounds, () => overviewStrokes(columns, 20)),
  };
}

/** Rows as objects by way of JSON, which is how webviews are usually fed. */
function naiveRows({ count, start, duration, name, names, service, services, parent }: TraceColumns): unknown {
  const rows = Array.from({ length: count }, (_, row) => ({
    id: String(row),
    name: names[name[row]],
    service: services[service[row]],
    start: start[row],
    duration: duration[row],
    parent: parent[row] < 0 ? undefined : String(parent[row]),
    children: [] as unknown[],
  }));
  const received = JSON.parse(JSON.stringify(rows)) as typeof rows;
  const byId = new Map(received.map((row) => [row.id, row]));
  for (const row of received) if (row.parent) byId.get(row.parent)?.children.push(row);
  return byId;
}

function median(rounds: number, act: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    act();
    times.push(performance.now() - started);
  }
  return quantile(times, 0.5);
}

async function pageFigures(quick: boolean): Promise<Record<string, number>> {
  const harness = await WaterfallHarness.start();
  try {
    const page = await harness.open({ scenario: 'huge' });
    await page.waitForSelector('spanline-rows .row');
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const frames = quick ? 60 : 240;
    return {
      waterfall_open_ms: await openings(page, quick ? 5 : 15),
      ...(await perFrame(page, session, 'scroll', frames, 'scroller.scrollTop += 330')),
      ...(await perFrame(page, session, 'select', frames, 'session.select(session.shown.rowAtOffset(1))')),
      ...(await perFrame(page, session, 'zoom', frames, ZOOM)),
    };
  } finally {
    await harness.stop();
  }
}

/** From choosing a trace to its first frame: the host's answer, the check, the model and the drawing. */
async function openings(page: Page, rounds: number): Promise<number> {
  const times = await page.evaluate(`(async () => {
    const { session } = document.querySelector('spanline-waterfall');
    session.toggleFollow();
    const ids = [window.fakeHost.addLarge(${SPANS}), window.fakeHost.addLarge(${SPANS})];
    const times = [];
    for (let round = 0; round < ${rounds}; round++) {
      const started = performance.now();
      session.choose(ids[round % 2]);
      while (session.shown.traceId !== ids[round % 2]) await new Promise((resolve) => setTimeout(resolve));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return times;
  })()`);
  return quantile(times as number[], 0.5);
}

const ZOOM = `session.alter((shown) => {
  const { from, to } = shown.window;
  shown.zoom(frame % 40 < 20 ? { from: from + (to - from) * 0.1, to } : shown.whole);
})`;

/** Runs `act` once a frame; script and all work of the main thread in milliseconds a frame, and the frames' 95th percentile. */
async function perFrame(
  page: Page,
  session: CDPSession,
  name: string,
  frames: number,
  act: string,
): Promise<Record<string, number>> {
  const before = await durations(session);
  const times = await page.evaluate(`(async () => {
    const { session, renderRoot } = document.querySelector('spanline-waterfall');
    const scroller = renderRoot.querySelector('spanline-rows').renderRoot.querySelector('.scroller');
    const times = [];
    let last = performance.now();
    for (let frame = 0; frame < ${frames}; frame++) {
      ${act};
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return times;
  })()`);
  const after = await durations(session);
  return {
    [`waterfall_${name}_script_ms`]: ((after.ScriptDuration - before.ScriptDuration) * 1000) / frames,
    [`waterfall_${name}_task_ms`]: ((after.TaskDuration - before.TaskDuration) * 1000) / frames,
    [`waterfall_${name}_frame_ms_p95`]: quantile(times as number[], 0.95),
  };
}

async function durations(session: CDPSession): Promise<Record<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}
