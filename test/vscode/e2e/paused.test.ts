import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { eventually, type Workbench } from '../harness/workbench';

/** The line of requests.js that asks, and the one that answers. */
const [ASK_LINE, ANSWER_LINE] = [8, 16];
const PAUSE_MS = 3000;

describe('A breakpoint within a span', () => {
  let window: LaunchWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    const launch = { type: 'node', request: 'launch', name: 'Requests', program: '${workspaceFolder}/requests.js' };
    const configurations = [{ ...launch, env: { ROUNDS: '1', STAY: 'yes' } }];
    window = await LaunchWindow.open({ name: 'e2e-paused', configurations });
    workbench = window.workbench;
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => window?.close());

  const picturesInAllThemes = (name: string) => window.inAllThemes((theme) => workbench.screenshot(`${name}-${theme}`));

  const labels = () => workbench.waterfall.locator('.bar-label').allInnerTexts();

  it('shows what is running, while the program stands', async () => {
    await workbench.openFile('requests.js', ANSWER_LINE);
    await workbench.command('Debug: Toggle Breakpoint');
    await workbench.pressF5('Requests');
    await workbench.page.locator('.debug-top-stack-frame-line').first().waitFor();
    await workbench.command('Spanline: Open Waterfall');
    const isRunning = (text: string) => /^running, .* so far$/.test(text);
    await eventually('two spans that run', labels, (seen) => seen.length === 2 && seen.every(isRunning));
    await picturesInAllThemes('e2e-running');
  });

  it('hatches the pause and counts only what ran', async () => {
    await workbench.page.waitForTimeout(PAUSE_MS);
    await workbench.command('Debug: Continue');
    await eventually(
      'both spans ended',
      labels,
      (seen) => seen.length === 2 && !seen.some((text) => text.includes('so far')),
    );
    await expect.poll(() => workbench.waterfall.locator('.bar .pause').count()).toBe(2);
    await expect.poll(() => workbench.waterfall.locator('.ruler-pause').count()).toBe(1);
    await workbench.waterfall.locator('.row').first().click();
    await workbench.waterfall.locator('text=paused at a breakpoint for').first().waitFor();
    await picturesInAllThemes('e2e-paused');
  });

  it('gives the running time on the line, and the raw one in its hover', async () => {
    await workbench.editorOf('requests.js').locator('.view-line').nth(ASK_LINE).click();
    const onRequest = async () => (await workbench.lenses()).find(({ line }) => line === ASK_LINE)?.texts[0] ?? '';
    const ran = (text: string) => millisecondsOf(text) < PAUSE_MS;
    await eventually('a lens on the request that leaves the pause out', onRequest, ran);
    await workbench.hoverThat('http.get(', 'get', (text) => text.includes('paused at a breakpoint for'));
    await workbench.screenshot('e2e-paused-hover');
  });
});

/** Of `48 ms` or `1.2 s`; not a number for what stands for another unit or is not there. */
function millisecondsOf(text: string): number {
  const [, value, unit] = /^([\d.]+) (µs|ms|s)(?: |$)/.exec(text) ?? [];
  return Number(value) * { µs: 0.001, ms: 1, s: 1000 }[unit as 'µs' | 'ms' | 's'];
}
