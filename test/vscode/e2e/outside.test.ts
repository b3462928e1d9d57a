import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultsFor } from '../harness/assistiveTechnology';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { idsOf, sendTrace, type SentSpan } from '../harness/otlp';
import { ShopWindow } from '../harness/shopWindow';
import type { Workbench } from '../harness/workbench';

const FILE = 'orders/src/stock.js';
const LINE = 9;
/** Its spans come from line 5. */
const JAVASCRIPT = `import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('test');

export function count(things) {
  return tracer.startActiveSpan(\`count \${things.length} things\`, (span) => span.end());
}
`;

/** Likewise. */
const PYTHON = `from opentelemetry import trace
tracer = trace.get_tracer(__name__)

def pay(card):
    with tracer.start_as_current_span(f"pay by {card}"):
        pass
`;

describe('A program outside any debug session', () => {
  let shop: ShopWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    shop = await ShopWindow.open({ name: 'e2e-outside' });
    workbench = shop.workbench;
    await writeFile(join(shop.folder, 'till.py'), PYTHON);
    await writeFile(join(shop.folder, 'tally.mjs'), JAVASCRIPT);
    await workbench.openFile(FILE, LINE);
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => shop?.close());

  const send = (span: SentSpan) => sendTrace(shop.sharedPort, { ...span, ids: idsOf(span.name) });

  it('shows on the line that its spans name', async () => {
    const code = { path: join(shop.folder, FILE), line: LINE };
    await send({ service: 'warehouse', name: 'stock.reserve', durationMs: 48, code });
    await workbench.untilLenses([{ line: LINE, texts: ['48 ms'] }]);
  });

  it('shows on the file here that its path in a container means', async () => {
    const code = { path: '/usr/src/app/orders/src/stock.js', line: 20 };
    await send({ service: 'warehouse', name: 'stock.pack', durationMs: 31, code });
    await workbench.untilLenses([
      { line: LINE, texts: ['48 ms'] },
      { line: 20, texts: ['31 ms'] },
    ]);
  });

  it('shows on the line of Python that makes its spans, which say no line', async () => {
    await workbench.openFile('till.py', 1);
    await send({ service: 'till', name: 'pay by card 7', durationMs: 27 });
    await workbench.untilLenses([{ line: 5, texts: ['27 ms · possibly here'] }]);
  });

  it('shows on the line of JavaScript that makes its spans, which say no line', async () => {
    await workbench.openFile('tally.mjs', 1);
    await send({ service: 'tally', name: 'count 12 things', durationMs: 19 });
    await workbench.untilLenses([{ line: 5, texts: ['19 ms'] }]);
    await workbench.screenshot('outside-index');
  });

  it('is still there after the window was loaded anew, in a waterfall that came back with it and offers what is newer', async () => {
    await workbench.openFile(FILE, LINE);
    await workbench.lensLink('48 ms').click();
    await workbench.waterfall.locator('.row', { hasText: 'stock.reserve' }).waitFor();
    // In a browser VS Code writes down a moment later what is to outlive the page, and a page that goes waits for nothing.
    await workbench.page.waitForTimeout(1_000);
    await workbench.reload();
    await workbench.statusBarItem(`Spanline ${shop.sharedPort}`).waitFor();
    await workbench.waterfall.locator('.row', { hasText: 'stock.reserve' }).waitFor();
    await send({ service: 'warehouse', name: 'stock.recount', durationMs: 5 });
    await workbench.waterfall.getByText(/^\d+ newer$/).click();
    await workbench.waterfall.locator('.row', { hasText: 'stock.recount' }).waitFor();
  });

  it('is shown by a waterfall that assistive technology can read', async () => {
    await send({ service: 'warehouse', name: 'stock.count', durationMs: 5 });
    await workbench.command('Spanline: Open Waterfall');
    await workbench.waterfall.locator('.row', { hasText: 'stock.count' }).waitFor();
    await expect.poll(() => faultsFor(workbench)).toEqual([]);
  });
});
