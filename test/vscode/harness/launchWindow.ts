import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser';
import { REPOSITORY, SHOP, VSIX } from './paths';
import { VscodeServer } from './vscodeServer';
import { Workbench } from './workbench';
import { copyWorkspace, type WorkspaceCopy } from './workspaceCopy';

const SOURCE = join(REPOSITORY, 'test', 'workspaces', 'host');
/** With the class that the workbench has in them. */
const THEMES = {
  'Default Light Modern': 'vs',
  'Default Dark Modern': 'vs-dark',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
};
/** Fades and late layouts; only how the pictures look depends on it. */
const REPAINT_MS = 800;

export interface LaunchWindowOptions {
  /** Names the log file. */
  readonly name: string;
  /** Of its launch.json. */
  readonly configurations?: readonly object[];
  readonly compounds?: readonly object[];
  /** User settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Gives the folder the packages of the sample, an OpenTelemetry SDK among them. */
  readonly withSdk?: boolean;
  /** Debuggers of other languages, see {@link packageAdapters}. */
  readonly adapters?: string;
  /** Copied into the folder. */
  readonly programs?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A window on a copy of the folder with small programs, with a launch.json of its own. */
export class LaunchWindow {
  private constructor(
    readonly workbench: Workbench,
    readonly server: VscodeServer,
    private readonly browser: Browser,
    private readonly copy: WorkspaceCopy,
  ) {}

  static async open({
    name,
    configurations = [],
    compounds = [],
    settings = {},
    withSdk = false,
    adapters,
    programs,
    env,
  }: LaunchWindowOptions): Promise<LaunchWindow> {
    const copy = await copyWorkspace(SOURCE);
    await mkdir(join(copy.folder, '.vscode'), { recursive: true });
    const launchFile = JSON.stringify({ version: '0.2.0', configurations, compounds });
    await writeFile(join(copy.folder, '.vscode', 'launch.json'), launchFile);
    if (withSdk) await symlink(join(SHOP, 'node_modules'), join(copy.folder, 'node_modules'), 'junction');
    if (programs) await cp(programs, copy.folder, { recursive: true });
    const moreExtensions = adapters === undefined ? [] : [adapters];
    const server = await VscodeServer.start({ vsix: VSIX, moreExtensions, name, settings, env });
    const browser = await launchBrowser(console.log);
    const workbench = await Workbench.open({ server, browser, folder: copy.folder });
    return new LaunchWindow(workbench, server, browser, copy);
  }

  get folder(): string {
    return this.copy.folder;
  }

  /** Does `look` in a light and a dark theme, with high contrast and without; it is given a part for the names of its pictures. */
  async inAllThemes(look: (theme: string) => Promise<unknown>): Promise<void> {
    for (const [theme, shown] of Object.entries(THEMES)) {
      const settings = JSON.stringify({ 'workbench.colorTheme': theme });
      await writeFile(join(this.folder, '.vscode', 'settings.json'), settings);
      await this.workbench.page.locator(`.monaco-workbench.${shown}`).waitFor();
      await this.workbench.page.waitForTimeout(REPAINT_MS);
      await look(theme.toLowerCase().replaceAll(' ', '-'));
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await this.copy.remove();
  }
}
