import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { packageAdapters } from '../harness/adapters';
import { launchBrowser } from '../harness/browser';
import { REPOSITORY, VSIX } from '../harness/paths';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { freePort, type ServerOptions, VscodeServer } from '../harness/vscodeServer';
import { Workbench } from '../harness/workbench';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly enablement?: string }[];
    readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
  };
}

/** Commands that open a list or a field. */
const ASKING = /…$|Receiver$|\?$|Masked/;

/** Titles of the commands that the palette offers as long as nothing was received. */
async function offeredTitles(): Promise<string[]> {
  const { contributes } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as Manifest;
  const hidden = contributes.menus.commandPalette.filter(({ when }) => !when.startsWith('!'));
  return contributes.commands
    .filter(({ command, enablement }) => !enablement && !hidden.some((item) => item.command === command))
    .map(({ title }) => `Spanline: ${title}`);
}

describe('Every command of the palette', () => {
  let home: string;
  let server: VscodeServer;
  let browser: Browser;
  let workbench: Workbench | undefined;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'spanline-commands-'));
    server = await start({ name: 'e2e-commands', askForTrust: true });
    browser = await launchBrowser();
  });

  async function start(options: Omit<ServerOptions, 'vsix' | 'settings'>): Promise<VscodeServer> {
    const settings = {
      'spanline.receiver.sharedPorts': [await freePort()],
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.banner': 'never',
      // Else a folder without a name is trusted.
      'security.workspace.trust.emptyWindow': true,
    };
    return VscodeServer.start({ ...options, vsix: VSIX, settings });
  }

  afterEach(async (context) => {
    if (workbench) await pictureOfFailure(context, workbench);
    await workbench?.close();
    workbench = undefined;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  /** Lines of our own logs that tell of a fault. */
  async function faults(): Promise<string[]> {
    const logs = join(server.home, 'data', 'data', 'logs');
    const files = (await readdir(logs, { recursive: true })).filter((file) => file.endsWith('Spanline.log'));
    const texts = await Promise.all(files.map((file) => readFile(join(logs, file), 'utf8')));
    return texts.flatMap((text) => text.split('\n')).filter((line) => line.includes('[error]'));
  }

  /** Runs them all, one after the other, and leaves at once what asks something. `refused`: those that only say why not. */
  async function runAll(workbench: Workbench, refused: readonly string[] = []): Promise<void> {
    const { page } = workbench;
    const widget = page.locator('.quick-input-widget');
    for (const title of await offeredTitles()) {
      await workbench.listOf(title);
      // It takes the focus when its page is there.
      if (title.endsWith('Open Waterfall')) await workbench.waterfall.getByText('No traces yet').waitFor();
      if (!ASKING.test(title) || refused.includes(title)) continue;
      await widget.locator('.quick-input-title').filter({ hasText: /./ }).waitFor();
      await page.keyboard.press('Escape');
      await widget.waitFor({ state: 'hidden' });
    }
  }

  async function expectNoFault(name: string): Promise<void> {
    await workbench!.screenshot(`e2e-commands-${name}`);
    await workbench!.command('Notifications: Show Notifications');
    await workbench!.screenshot(`e2e-commands-${name}-said`);
    expect(await workbench!.page.locator('.notification-list-item .codicon-error').count()).toBe(0);
    expect(await faults()).toEqual([]);
  }

  it('does something sensible in a window without a folder', async () => {
    workbench = await Workbench.open({ server, browser, folder: '', width: 1280, height: 800 });
    await runAll(workbench);
    await expectNoFault('empty');
  });

  it('does something sensible in a folder that is not trusted', async () => {
    const folder = join(home, 'stranger');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'index.js'), 'module.exports = {};\n');
    workbench = await Workbench.open({ server, browser, folder, width: 1280, height: 800 });
    await workbench.statusBarItem('Restricted Mode').waitFor();
    await runAll(workbench, ['Spanline: Attach to Node Process…']);
    await expectNoFault('restricted');
  });

  it('does something sensible in a workspace that is on no disk', async () => {
    const workspace = join(home, 'shelf.code-workspace');
    const content = { folders: [{ uri: 'shelf:/', name: 'shelf' }] };
    await writeFile(workspace, JSON.stringify(content));
    await server.stop();
    server = await start({ name: 'e2e-commands-virtual', moreExtensions: [await packageAdapters()] });
    workbench = await Workbench.open({ server, browser, folder: workspace, width: 1280, height: 800 });
    const { page } = workbench;
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'index.js' }).dblclick();
    await page.locator('.tab.active', { hasText: 'index.js' }).waitFor();
    await runAll(workbench);
    await expectNoFault('virtual');
  });
});
