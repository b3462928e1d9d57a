import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { PageOptions } from './harness';
import { onePage } from './onePage';
import type { WaterfallPage } from './waterfallPage';

const openPage = onePage();
let view: WaterfallPage;

async function open(options: PageOptions): Promise<WaterfallPage> {
  view = await openPage(options);
  return view;
}

/** Waits until the value is as expected: drawing and messages take a moment. */
async function eventually(read: () => Promise<unknown>, expected: unknown): Promise<void> {
  await expect.poll(read).toEqual(expected);
}

/** Once all that is expected holds, which layout takes a moment for. */
async function untilTrue(expectations: () => Promise<void>): Promise<void> {
  await expect.poll(() => expectations().then(() => '', String)).toBe('');
}

/** What is read twice in a row, so long after each other that what was under way has come. */
async function settled<T>(read: () => Promise<T>): Promise<T> {
  for (let last = await read(); ;) {
    await view.page.waitForTimeout(500);
    const now = await read();
    if (isDeepStrictEqual(now, last)) return now;
    last = now;
  }
}

/** Where the bars of these spans are, at one moment. */
async function boxes(...names: string[]) {
  const all = await Promise.all(names.map((name) => view.row(name).locator('.bar').boundingBox()));
  return all.map((box) => box!);
}

describe('a trace', () => {
  test('is drawn as a tree beside its bars', async () => {
    await open({ scenario: 'small' });
    await view.rows.first().waitFor();
    expect((await view.names()).slice(0, 4)).toEqual([
      'POST /api/checkout',
      'authenticate',
      'GET /session',
      'SELECT sessions',
    ]);
    expect(await view.treegrid.getAttribute('aria-rowcount')).toBe('18');
    await untilTrue(async () => {
      const [root, child] = await boxes('POST /api/checkout', 'charge card');
      expect(child.x).toBeGreaterThan(root.x + root.width / 2);
      expect(child.width / root.width).toBeCloseTo(168 / 412, 1);
    });
  });

  test('says what is odd: skew, orphans, no name, markup that is none', async () => {
    await open({ scenario: 'odd' });
    await view.rows.first().waitFor();
    expect(await view.row('starts before its parent').getByRole('img').getAttribute('aria-label')).toMatch(/clocks/);
    expect(await view.row('another orphan').getByRole('img').getAttribute('aria-label')).toMatch(/has not arrived/);
    expect(await view.names()).toContain('(no name)');
    expect(await view.names()).toContain('línea → 行 🚀 <b>not markup</b>');
    const bar = await view.row('no time at all').locator('.bar').boundingBox();
    expect(bar!.width).toBeGreaterThanOrEqual(3);
  });

  test('says behind a name what a call was about, and cuts that before the name', async () => {
    const call = (name: string, service: string, url: string) =>
      ({ name, service, kind: 'client', at: 1, takes: 20, attributes: { 'url.full': url } }) as const;
    const children = [
      call('GET', 'shop', 'http://localhost:8080/items?token=1'),
      call('fetch the price list', 'service-with-a-name-that-has-no-end', 'http://localhost:8080/prices'),
    ];
    await open({ scenario: [[{ name: 'load', service: 'shop', at: 0, takes: 30, children }]], width: 620 });
    await eventually(() => view.row('GET').locator('.target').innerText(), 'localhost:8080/items');
    const name = view.row('fetch the price list').locator('.span-name');
    expect(await name.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  });

  test('of a span with hundreds of events leaves the bar to be seen', async () => {
    const events = Array.from({ length: 400 }, (_, index) => ({ offset: index * 1e5, name: 'retry', attributes: [] }));
    await open({ scenario: [[{ name: 'poll', service: 'shop', at: 0, takes: 60, events }]], width: 900 });
    await view.page.locator('.event').first().waitFor();
    const bar = (await view.row('poll').locator('.bar').boundingBox())!;
    expect((await view.page.locator('.event').count()) * 2).toBeLessThan(bar.width / 2);
  });

  test('of 100,000 spans draws the rows in view only, and its end can be reached', async () => {
    await open({ scenario: 'huge' });
    await view.rows.first().waitFor();
    expect(await view.rows.count()).toBeLessThan(60);
    await view.treegrid.focus();
    await view.page.keyboard.press('End');
    await eventually(() => view.selected.getAttribute('aria-rowindex'), '100001');
    expect(await view.selected.isVisible()).toBe(true);
  });

  test.each([
    ['small', 320, 1],
    ['huge', 760, 300],
  ] as const)('%s that is opened at a span has its row in view', async (scenario, height, steps) => {
    await open({ scenario, height });
    await view.rows.first().waitFor();
    await view.treegrid.focus();
    for (let step = 0; step < steps; step++) await view.page.keyboard.press('ArrowDown');
    await eventually(() => view.selected.getAttribute('aria-rowindex'), String(steps + 1));
    const target = await settled(() => view.host((host) => host.shown));
    expect(target?.spanId).toBeTruthy();
    await view.close();

    await open({ scenario, height, target });
    await view.selected.waitFor();
    await untilTrue(async () => {
      const [row, grid] = await Promise.all([view.selected.boundingBox(), view.treegrid.boundingBox()]);
      expect(row!.y).toBeGreaterThan(grid!.y);
      expect(row!.y + row!.height).toBeLessThanOrEqual(grid!.y + grid!.height);
    });
  });

  test('scrolls by the wheel', async () => {
    await open({ scenario: 'huge' });
    await view.rows.first().hover();
    await view.page.mouse.wheel(0, 2_200);
    await expect.poll(async () => Number(await view.rows.first().getAttribute('aria-rowindex'))).toBeGreaterThan(80);
  });

  test('keeps its head where it is, whatever brings a row at the edge into sight', async () => {
    await open({ scenario: 'huge' });
    const head = view.page.locator('spanline-rows .head');
    const before = await head.boundingBox();
    // As a click, a focus or the find of the browser does.
    await view.page
      .locator('spanline-rows .row')
      .last()
      .evaluate((row) => row.scrollIntoView());
    expect(await head.boundingBox()).toEqual(before);
  });
});

describe('selecting', () => {
  test('a click on a name shows details and opens nothing', async () => {
    await open({ scenario: 'small' });
    await view.select('charge card');
    await view.details.getByText('insufficient_funds').first().waitFor();
    expect(await view.host((host) => host.revealed.length)).toBe(0);
    expect(await view.row('charge card').getAttribute('aria-selected')).toBe('true');
  });

  test('shows the log records of the span, each with its time, severity and, opened, its attributes', async () => {
    await open({ scenario: 'small', logs: true });
    await view.select('charge card');
    const logs = view.details.locator('details.log');
    await expect.poll(() => logs.count()).toBe(3);
    expect(await logs.nth(1).innerText()).toMatch(/warn\s+stock is low/i);
    await view.details.getByRole('textbox').fill('refused');
    await expect.poll(() => logs.count()).toBe(1);
    await logs.locator('summary').click();
    await view.details.getByRole('button', { name: 'Copy the log message' }).click();
    await eventually(() => view.host((host) => host.copied), ['payment was refused\n  code: 51']);
    await logs.getByText('cart.').waitFor();
  });

  test('marks on the bars tell where log records were written', async () => {
    await open({ scenario: 'small', logs: true });
    const ticks = view.row('POST /api/checkout').locator('.log-tick');
    await expect.poll(() => ticks.count()).toBe(3);
    expect(await ticks.nth(1).getAttribute('class')).toContain('warn');
    await untilTrue(async () => {
      const [[bar], tick] = await Promise.all([boxes('POST /api/checkout'), ticks.nth(1).boundingBox()]);
      expect((tick!.x - bar.x) / bar.width).toBeCloseTo(0.5, 1);
    });
  });

  test('what was masked or is personal says so, and leads to the settings', async () => {
    await open({ scenario: 'redacted' });
    await view.select('POST /login');
    const notes = view.details.locator('.notice');
    await expect.poll(() => notes.count()).toBe(3);
    const tops = await view.details
      .locator('.attribute')
      .evaluateAll((rows) =>
        rows.map((row) => ['.key', '.text'].map((part) => row.querySelector(part)!.getBoundingClientRect().top)),
      );
    expect(tops.length).toBeGreaterThanOrEqual(4);
    for (const [key, value] of tops) expect(Math.abs(key - value), 'beside its key').toBeLessThan(6);
    expect(await notes.nth(0).innerText()).toContain('Masked before it was kept: password in a URL');
    await notes.nth(2).getByRole('button', { name: 'Setting' }).click();
    await eventually(() => view.host((host) => host.settingsShown), 1);
  });

  test('a click on a bar opens the line that made it', async () => {
    await open({ scenario: 'small' });
    await view.row('charge card').locator('.bar').click();
    await eventually(
      () => view.host((host) => host.revealed.map(({ path, line }) => `${path}:${line}`)),
      ['/home/dev/shop/src/payments/charge.ts:41'],
    );
  });

  test('keys walk, fold and open', async () => {
    await open({ scenario: 'small' });
    await view.rows.first().waitFor();
    await view.treegrid.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowLeft']) await view.page.keyboard.press(key);
    await eventually(() => view.row('authenticate').getAttribute('aria-expanded'), 'false');
    await view.page.keyboard.press('Enter');
    await eventually(() => view.host((host) => host.revealed.at(-1)?.line), 44);
    const active = await view.treegrid.getAttribute('aria-activedescendant');
    expect(await view.selected.getAttribute('id')).toBe(active);
  });

  test('keys reach the rows although nothing has the focus yet', async () => {
    await open({ scenario: 'small' });
    await view.rows.first().waitFor();
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('ArrowDown');
    await eventually(() => view.selected.locator('.span-name').textContent(), 'authenticate');
  });

  test('an exception’s frames lead to their lines', async () => {
    await open({ scenario: 'small' });
    await view.select('charge card');
    await view.details.getByRole('button', { name: /at charge/ }).click();
    await eventually(() => view.host((host) => host.frames.at(-1)), {
      path: '/home/dev/shop/src/payments/charge.ts',
      line: 48,
      column: 11,
      functionName: 'charge',
      service: 'payments',
    });
  });

  test('what made the span is told with its attributes', async () => {
    await open({ scenario: 'small' });
    await view.select('charge card');
    await view.details.locator('summary', { hasText: 'Scope' }).click();
    await view.details.getByText('@shop/tracing 1.4.2').waitFor();
    await view.details.getByRole('button', { name: 'Copy the value of scope.team' }).waitFor({ state: 'attached' });
  });

  test('attributes are filtered and copied', async () => {
    await open({ scenario: 'small' });
    await view.select('charge card');
    await view.details.getByRole('textbox').fill('currency');
    await eventually(() => view.details.locator('.attribute .key').allTextContents(), ['payment.currency']);
    await view.details.locator('.attribute').hover();
    await view.details.getByRole('button', { name: 'Copy the value of payment.currency' }).click();
    await eventually(() => view.host((host) => host.copied), ['EUR']);
  });
});

describe('finding', () => {
  test('slash focuses the field, Enter goes through the matches and unfolds what hides them', async () => {
    await open({ scenario: 'small' });
    await view.row('authenticate').locator('.twisty').click();
    await view.page.keyboard.press('/');
    await view.page.keyboard.type('select');
    await view.page.locator('.matches', { hasText: '7 matches' }).waitFor();
    await view.page.keyboard.press('Enter');
    await view.page.locator('.matches', { hasText: '1 of 7' }).waitFor();
    expect(await view.selected.locator('.span-name').textContent()).toBe('SELECT sessions');
    await view.page.keyboard.press('Shift+Enter');
    await view.page.locator('.matches', { hasText: '7 of 7' }).waitFor();
  });

  test('fields are called by what they are for', async () => {
    await open({ scenario: 'small' });
    await view.select('charge card');
    await view.page.getByTitle('Choose a trace').click();
    for (const name of ['Find spans by', 'Filter attributes, events and logs', 'Filter traces by'])
      await view.page.getByRole('textbox', { name }).waitFor();
  });

  test('Escape empties the field, then gives the focus back to the rows', async () => {
    await open({ scenario: 'small' });
    await view.rows.first().waitFor();
    await view.page.keyboard.press('Control+f');
    await view.page.keyboard.type('x');
    await view.page.keyboard.press('Escape');
    await eventually(() => view.search.evaluate((field) => (field as HTMLInputElement).value), '');
    await view.page.keyboard.press('Escape');
    await view.page.keyboard.press('ArrowDown');
    await view.selected.waitFor();
  });
});

describe('zooming', () => {
  test('dragging over the ruler zooms, a double click shows the whole again', async () => {
    await open({ scenario: 'small' });
    await view.rows.first().waitFor();
    const ruler = (await view.page.locator('.head .timeline-cell').boundingBox())!;
    const y = ruler.y + ruler.height / 2;
    await view.page.mouse.move(ruler.x + ruler.width * 0.5, y);
    await view.page.mouse.down();
    await view.page.mouse.move(ruler.x + ruler.width * 0.9, y, { steps: 4 });
    await view.page.mouse.up();
    await view.page.getByRole('slider').first().waitFor();
    await untilTrue(async () => {
      const [bar] = await boxes('charge card');
      expect(bar.width / ruler.width).toBeCloseTo(168 / 472 / 0.4, 1);
    });
    await view.page.locator('.head .timeline-cell').dblclick();
    await view.page.getByRole('slider').first().waitFor({ state: 'detached' });
  });

  test('Ctrl and the wheel keep the time under the pointer', async () => {
    await open({ scenario: 'small' });
    const bar = view.row('charge card').locator('.bar');
    const before = (await bar.boundingBox())!;
    await view.page.mouse.move(before.x + 1, before.y + 5);
    await view.page.keyboard.down('Control');
    await view.page.mouse.wheel(0, -200);
    await view.page.keyboard.up('Control');
    await untilTrue(async () => {
      const after = (await bar.boundingBox())!;
      expect(after.width).toBeGreaterThan(before.width * 1.3);
      expect(Math.abs(after.x - before.x)).toBeLessThan(3);
    });
  });

  test('a drag in the overview zooms as well', async () => {
    await open({ scenario: 'small' });
    await view.rows.first().waitFor();
    const box = (await view.page.locator('spanline-overview').boundingBox())!;
    await view.page.mouse.move(box.x + 100, box.y + 30);
    await view.page.mouse.down();
    await view.page.mouse.move(box.x + 400, box.y + 30, { steps: 4 });
    await view.page.mouse.up();
    await eventually(() => view.page.getByRole('slider').count(), 2);
  });
});

describe('live', () => {
  test('following shows the newest; a selection pauses it visibly; the button takes it up again', async () => {
    await open({ scenario: 'small' });
    await view.select('authenticate');
    await view.page.getByRole('button', { name: 'Following paused' }).waitFor();
    await view.host((host) => host.add(...host.traces.slice(3, 5)));
    await view.page.getByText('2 newer').waitFor();
    expect(await view.names()).toContain('charge card');
    await view.page.getByRole('button', { name: /Following paused/ }).click();
    await view.row('SELECT products').waitFor();
  });

  test('spans that arrive above do not move the rows in view', async () => {
    await open({ scenario: 'huge' });
    await view.rows.first().waitFor();
    await view.host((host) => host.holdBack());
    await expect.poll(async () => Number(await view.treegrid.getAttribute('aria-rowcount'))).toBeLessThan(90_000);
    await view.page.mouse.move(200, 300);
    await view.page.mouse.wheel(0, 8_000);
    await expect.poll(async () => Number(await view.rows.first().getAttribute('aria-rowindex'))).toBeGreaterThan(300);
    await view.rows.nth(15).locator('.span-name').click();
    await view.details.getByText('Duration').waitFor();
    const place = (await settled(() => view.selected.boundingBox()))!.y;
    const index = Number(await view.selected.getAttribute('aria-rowindex'));
    await view.host((host) => host.complete());
    await eventually(() => view.treegrid.getAttribute('aria-rowcount'), '100001');
    await untilTrue(async () => {
      expect(Number(await view.selected.getAttribute('aria-rowindex'))).toBeGreaterThan(index + 50);
      expect((await view.selected.boundingBox())!.y).toBeCloseTo(place, 0);
    });
  });

  test.each([
    ['tiny', 'only span', 400],
    ['small', 'authenticate', 260],
  ] as const)(
    'in a narrow panel the details take what a %s trace leaves, and its rows stay',
    async (scenario, name, least) => {
      await open({ scenario, width: 420, height: 800 });
      await view.select(name);
      await view.details.getByText('Duration').waitFor();
      await untilTrue(async () => {
        const [details, last] = await Promise.all([view.details.boundingBox(), view.rows.last().boundingBox()]);
        expect(details!.height).toBeGreaterThanOrEqual(least);
        if (scenario === 'tiny') expect(last!.y + last!.height).toBeLessThan(details!.y);
        else expect(details!.height).toBe(least);
      });
    },
  );

  test('the spans of the editor’s line are marked without scrolling', async () => {
    await open({ scenario: 'small' });
    await view.rows.first().waitFor();
    await view.host((host) => host.view.mark(['0000001900000005' as never]));
    await eventually(() => view.page.locator('.row.marked').count(), 1);
  });

  test('a trace that leaves the store stays, with a word about it', async () => {
    await open({ scenario: 'tiny' });
    await view.select('only span');
    await view.host((host) => host.remove(host.traces[0].columns.traceId));
    await view.page.getByText(/has left the store/).waitFor();
    expect(await view.names()).toEqual(['only span']);
  });

  test('while the engine restarts this is said, and what is drawn stays', async () => {
    await open({ scenario: 'tiny' });
    await view.rows.first().waitFor();
    await view.host((host) => host.view.status({ engine: 'restarting', problems: [] }));
    await view.page.getByText(/engine is restarting/).waitFor();
    await view.host((host) => host.view.status({ engine: 'ready', problems: [] }));
    await view.page.getByText(/engine is restarting/).waitFor({ state: 'detached' });
  });
});

describe('without a trace', () => {
  test('the empty view says how to get the first one', async () => {
    await open({
      scenario: 'empty',
      status: {
        engine: 'ready',
        endpoint: 'http://127.0.0.1:4318',
        problems: ['Port 4317 is taken by otelcol (pid 812).'],
      },
    });
    await view.page.getByRole('heading', { name: 'No traces yet' }).waitFor();
    await view.page.getByText('OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318').waitFor();
    await view.page.getByText(/Port 4317 is taken/).waitFor();
    await view.page.getByRole('button', { name: 'Copy the environment variable' }).click();
    await eventually(() => view.host((host) => host.copied.length), 1);
  });

  test('promises nothing of the debugger in a folder that is not trusted', async () => {
    await open({ scenario: 'empty', status: { engine: 'ready', problems: [], restricted: true } });
    await view.page.getByText('Restricted Mode').waitFor();
    expect(await view.page.getByText('run your program with the debugger').count()).toBe(0);
  });

  test('says of a program that runs that it is recorded, instead of asking for one', async () => {
    await open({ scenario: 'empty', status: { engine: 'ready', problems: [], recording: true } });
    await view.page.getByText('Your program is being recorded').waitFor();
    expect(await view.page.getByText('run your program with the debugger').count()).toBe(0);
  });

  test('in a low panel scrolls from its beginning on', async () => {
    await open({
      scenario: 'empty',
      status: { engine: 'ready', problems: [], endpoint: 'http://127.0.0.1:4318' },
      width: 300,
      height: 280,
    });
    const [header, icon] = [view.page.locator('spanline-header'), view.page.locator('.empty > .icon')];
    await view.page.getByText('OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318').waitFor();
    await untilTrue(async () => {
      const [above, first] = await Promise.all([header.boundingBox(), icon.boundingBox()]);
      expect(first!.y).toBeGreaterThanOrEqual(above!.y + above!.height);
    });
  });

  test('a store that does not answer yet shows that it is being read', async () => {
    await open({ scenario: 'small', silent: true });
    await view.page.getByText('Reading the trace…').waitFor();
  });
});

describe('what opens in a narrow panel', () => {
  const WIDTH = 300;

  test.each([
    ['manyServices', 'What each service took of the time', '.services .name > .ellipsis'],
    ['small', 'Choose a trace', '.options .what > .ellipsis'],
  ] as const)('keeps to it, and names stay to be read: %s', async (scenario, opener, names) => {
    await open({ scenario, width: WIDTH, height: 600 });
    await view.rows.first().waitFor();
    await view.page.getByTitle(opener).click();
    await untilTrue(async () => {
      const name = await view.page.locator(names).first().boundingBox();
      const popup = await view.page.locator('.popup').boundingBox();
      expect(popup!.x).toBeGreaterThanOrEqual(0);
      expect(popup!.x + popup!.width).toBeLessThanOrEqual(WIDTH);
      expect(name!.width).toBeGreaterThan(60);
    });
  });
});

test('a panel of a quarter of a small screen has its search and all of its tools in sight', async () => {
  const width = 220;
  await open({ scenario: 'small', width, height: 400 });
  await view.rows.first().waitFor();
  const parts = view.page.locator('spanline-header').locator('.field, .follow, vscode-button');
  expect(await parts.count()).toBeGreaterThan(6);
  await untilTrue(async () => {
    for (const part of await parts.all()) {
      const box = await part.boundingBox();
      expect(box!.x).toBeGreaterThanOrEqual(0);
      expect(box!.x + box!.width).toBeLessThanOrEqual(width);
    }
  });
  expect((await view.page.locator('spanline-header .field').boundingBox())!.width).toBeGreaterThan(width / 2);
});

describe('choosing a trace', () => {
  test('the list is newest first, is filtered, and takes keys', async () => {
    await open({ scenario: 'small' });
    await view.page.getByTitle('Choose a trace').click();
    const options = view.page.getByRole('option');
    expect(await options.first().textContent()).toContain('POST /api/checkout');
    await view.page.keyboard.type('products');
    await eventually(() => options.count(), 8);
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('button', { name: 'Following paused' }).waitFor();
    await view.row('GET /api/products/:id').waitFor();
    await eventually(() => options.count(), 0);
  });

  test('Escape closes the list and gives the focus back', async () => {
    await open({ scenario: 'small' });
    const picker = view.page.getByTitle('Choose a trace');
    await picker.click();
    await view.page.keyboard.press('Escape');
    await eventually(() => view.page.getByRole('option').count(), 0);
    await eventually(() => picker.evaluate((button) => button.matches(':focus')), true);
  });
});

describe('what is remembered', () => {
  test('a page that is made anew shows the same trace, span and folds', async () => {
    await open({ scenario: 'small' });
    await view.row('load cart').locator('.twisty').click();
    await view.select('price');
    await expect.poll(() => view.host((host) => host.state)).toMatchObject({ follow: false });
    const state = await settled(() => view.host((host) => host.state));
    expect(JSON.stringify(state)).not.toContain('load cart');
    await view.close();
    await open({ scenario: 'small', state, target: { follow: false } });
    await view.selected.waitFor();
    expect(await view.selected.locator('.span-name').textContent()).toBe('price');
    expect(await view.row('load cart').getAttribute('aria-expanded')).toBe('false');
  });
});
