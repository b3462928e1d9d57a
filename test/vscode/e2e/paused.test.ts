import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser';
import { REPOSITORY, VSIX } from '../harness/paths';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { VscodeServer } from '../harness/vscodeServer';
import { eventually, Workbench } from '../harness/workbench';
import { copyWorkspace, type WorkspaceCopy } from '../harness/workspaceCopy';

const THEMES = ['Default Light Modern', 'Default Dark Modern', 'Default High Contrast'];
/** The line of requests.js that asks, and the one that answers. */
const [ASK_LINE, ANSWER_LINE] = [8, 16];
const PAUSE_MS = 3000;

describe('A breakpoint within a span', () => {
  let copy: WorkspaceCopy;
  let server: VscodeServer;
  let browser: Browser;
  let workbench: Workbench;

  beforeAll(async () => {
    copy = await copyWorkspace(join(REPOSITORY, 'test', 'workspaces', 'host'));
    const launch = { type: 'node', request: 'launch', name: 'Requests', program: '${workspaceFolder}/requests.js' };
    await mkdir(join(copy.folder, '.vscode'), { recursive: true });
    await writeFile(
      join(copy.folder, '.vscode', 'launch.json'),
      JSON.stringify({ version: '0.2.0', configurations: [{ ...launch, env: { ROUNDS: '1', STAY: 'yes' } }] }),
    );
    server = await VscodeServer.start({ vsix: VSIX, name: 'e2e-paused' });
    browser = await launchBrowser(console.log);
    workbench = await Workbench.open({ server, browser, folder: copy.folder });
  }, 180_000);

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await copy?.remove();
  });

  async function useTheme(theme: string): Promise<void> {
    const settings = JSON.stringify({ 'workbench.colorTheme': theme });
    await writeFile(join(copy.folder, '.vscode', 'settings.json'), settings);
    await workbench.page.waitForTimeout(1500);
  }

  async function picturesInAllThemes(name: string): Promise<void> {
    for (const theme of THEMES) {
      await useTheme(theme);
      await workbench.screenshot(`${name}-${theme.toLowerCase().replaceAll(' ', '-')}`);
    }
  }

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
    const facts = workbench.waterfall.locator('.facts');
    expect(await facts.first().innerText()).toBeTruthy();
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
    await workbench.editor
      .locator('.view-line', { hasText: 'http.get(' })
      .locator('span', { hasText: 'get' })
      .last()
      .hover();
    await workbench.page.locator('.monaco-hover', { hasText: 'paused at a breakpoint for' }).waitFor();
    await workbench.screenshot('e2e-paused-hover');
  }, 60_000);
});
