import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import type { Workbench } from '../harness/workbench';

describe('A program without spans', () => {
  let window: LaunchWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    const launch = { type: 'node', request: 'launch', name: 'Idle', program: '${workspaceFolder}/idle.js' };
    window = await LaunchWindow.open({ name: 'e2e-why', configurations: [launch] });
    workbench = window.workbench;
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => window?.close());

  it('is hinted at in the status bar after a while, and explained at a click', async () => {
    await workbench.pressF5('Idle');
    const hint = workbench.statusBarItem('no spans yet');
    await hint.waitFor();
    expect(await workbench.notifications.count()).toBe(0);
    await window.inAllThemes(async (theme) => {
      await hint.click();
      const reasons = workbench.page.locator('.quick-input-widget .monaco-list-row');
      await reasons.filter({ hasText: /"Idle" \(pid \d+\) is recorded and has made no span/ }).waitFor();
      await expect.poll(() => reasons.count()).toBe(1);
      await workbench.screenshot(`e2e-why-${theme}`);
      await workbench.page.keyboard.press('Escape');
      await reasons.first().waitFor({ state: 'hidden' });
    });
  });

  it('is no matter any more when it has ended', async () => {
    await workbench.stopDebugging();
    await workbench.statusBarItem('no spans yet').waitFor({ state: 'hidden' });
  });
});
