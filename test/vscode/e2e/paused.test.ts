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
  }, 180_000);

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => window?.close());

  const picturesInAllThemes = (name: string) => window.inAllThemes((theme) => workbench.screenshot(`${name}-${theme}`));

  const labels = () => workbench.waterfall.locator('.bar-label').allInnerTexts();

  it('shows what is running, while the program stands', async () => {
    await workbench.openFile('requests.js', ANSWER_LINE);
    await workbench.command('Debug: Toggle Breakpoint');
    await workbench.pressF5('Requests');
    await workbench.page.locator('.debug-top-stack-frame-line').first().waitFor({ timeout: 60_000 });
    await workbench.command('Spanline: Open Waterfall');
    const texts = await eventually('two spans that run', labels, (seen) => seen.length === 2);
    expect(texts).toEqual([0, 1].map(() => expect.stringMatching(/^running, .* so far$/)));
    await picturesInAllThemes('e2e-running');
  }, 120_000);

  it('hatches the pause and counts only what ran', async () => {
    await workbench.page.waitForTimeout(PAUSE_MS);
    await workbench.command('Debug: Continue');
    await eventually(
      'both spans ended',
      labels,
      (seen) => seen.length === 2 && !seen.some((text) => text.includes('so far')),
    );
    expect(await workbench.waterfall.locator('.bar .pause').count()).toBe(2);
    expect(await workbench.waterfall.locator('.ruler-pause').count()).toBe(1);
    await workbench.waterfall.locator('.row').first().click();
    await workbench.waterfall.locator('text=paused at a breakpoint for').first().waitFor();
    await picturesInAllThemes('e2e-paused');
  }, 120_000);

  it('gives the running time on the line, and the raw one in its hover', async () => {
    await workbench.editorOf('requests.js').locator('.view-line').nth(ASK_LINE).click();
    const lenses = await eventually(
      'a lens on the request',
      () => workbench.lenses(),
      (seen) => seen.some(({ line }) => line === ASK_LINE),
    );
    expect(lenses.find(({ line }) => line === ASK_LINE)?.texts[0]).not.toMatch(/ (s|min)\b/);
    await workbench.hoverThat('http.get(', 'get', (text) => text.includes('paused at a breakpoint for'));
    await workbench.screenshot('e2e-paused-hover');
  }, 60_000);
});
