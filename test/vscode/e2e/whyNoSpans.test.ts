import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser';
import { REPOSITORY, VSIX } from '../harness/paths';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { VscodeServer } from '../harness/vscodeServer';
import { Workbench } from '../harness/workbench';
import { copyWorkspace, type WorkspaceCopy } from '../harness/workspaceCopy';

const THEMES = ['Default Light Modern', 'Default Dark Modern', 'Default High Contrast'];

describe('A program without spans', () => {
  let copy: WorkspaceCopy;
  let server: VscodeServer;
  let browser: Browser;
  let workbench: Workbench;

  beforeAll(async () => {
    copy = await copyWorkspace(join(REPOSITORY, 'test', 'workspaces', 'host'));
    const launch = { type: 'node', request: 'launch', name: 'Idle', program: '${workspaceFolder}/idle.js' };
    await mkdir(join(copy.folder, '.vscode'), { recursive: true });
    const launchFile = { version: '0.2.0', configurations: [launch] };
    await writeFile(join(copy.folder, '.vscode', 'launch.json'), JSON.stringify(launchFile));
    server = await VscodeServer.start({ vsix: VSIX, name: 'e2e-why' });
    browser = await launchBrowser(console.log);
    workbench = await Workbench.open({ server, browser, folder: copy.folder });
  }, 180_000);

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await copy?.remove();
  });

  it('is hinted at in the status bar after a while, and explained at a click', async () => {
    await workbench.pressF5('Idle');
    const hint = workbench.statusBarItem('no spans yet');
    await hint.waitFor({ timeout: 60_000 });
    expect(await workbench.notifications.count()).toBe(0);
    for (const theme of THEMES) {
      const settings = JSON.stringify({ 'workbench.colorTheme': theme });
      await writeFile(join(copy.folder, '.vscode', 'settings.json'), settings);
      await workbench.page.waitForTimeout(1500);
      await hint.click();
      const reasons = workbench.page.locator('.quick-input-widget .monaco-list-row');
      await reasons.filter({ hasText: /"Idle" \(pid \d+\) is recorded and has made no span/ }).waitFor();
      expect(await reasons.count()).toBe(1);
      await workbench.screenshot(`e2e-why-${theme.toLowerCase().replaceAll(' ', '-')}`);
      await workbench.page.keyboard.press('Escape');
    }
  }, 120_000);

  it('is no matter any more when it has ended', async () => {
    await workbench.stopDebugging();
    await workbench.statusBarItem('no spans yet').waitFor({ state: 'hidden' });
  }, 60_000);
});
