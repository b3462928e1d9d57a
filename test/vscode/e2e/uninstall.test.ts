import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser';
import { idsOf, sendTrace } from '../harness/otlp';
import { VSIX } from '../harness/paths';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { freePort, VscodeServer } from '../harness/vscodeServer';
import { eventually, Workbench } from '../harness/workbench';

const ID = 'spanline.spanline';

/** One of two editors on this machine, each with data and extensions of its own. */
class Installation {
  private constructor(
    readonly server: VscodeServer,
    private readonly port: number,
  ) {}

  static async make(name: string): Promise<Installation> {
    const port = await freePort();
    const settings = { 'spanline.receiver.sharedPorts': [port] };
    return new Installation(await VscodeServer.start({ name: `e2e-${name}`, vsix: VSIX, settings }), port);
  }

  /** Opens a window on the folder, in which a trace of this name is received. */
  async receive(browser: Browser, folder: string, name: string): Promise<Workbench> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'index.js'), 'module.exports = {};\n');
    const workbench = await Workbench.open({ server: this.server, browser, folder, width: 1200, height: 700 });
    await workbench.openFile('index.js');
    await this.take(workbench, name);
    return workbench;
  }

  async take(workbench: Workbench, name: string): Promise<void> {
    await workbench.statusBarItem(`Spanline ${this.port}`).waitFor();
    await sendTrace(this.port, { service: 'warehouse', name, ids: idsOf(name) });
    await this.shows(workbench, name);
  }

  async shows(workbench: Workbench, name: string): Promise<void> {
    await workbench.openViewlet('Spanline');
    const rows = () => workbench.viewTexts('Traces');
    await eventually(`"${name}"`, rows, (texts) => texts.some((text) => text.includes(name)));
  }

  get data(): string {
    return join(this.server.home, 'data');
  }

  /** Files in folders of ours among the data, with their sizes. */
  async stored(): Promise<Record<string, number>> {
    const files = (await readdir(this.data, { recursive: true })).filter(isOurs);
    const sizes = await Promise.all(files.map((file) => stat(join(this.data, file)).catch(() => undefined)));
    return Object.fromEntries(files.flatMap((file, i) => (sizes[i]?.isFile() ? [[file, sizes[i].size]] : [])));
  }

  async journals(): Promise<string[]> {
    return Object.keys(await this.stored()).filter((file) => file.endsWith('.spj'));
  }

  /** The extension, once it has noted where it keeps its data. */
  async extension(): Promise<string> {
    const folder = join(this.server.home, 'extensions');
    const name = (await readdir(folder)).find((each) => each.startsWith(ID))!;
    const note = join(folder, name, 'storage.json');
    const noted = () => readFile(note, 'utf8').catch(() => '');
    await eventually('a note', noted, (text) => text.includes('workspaceStorage'));
    return join(folder, name);
  }
}

/** What VS Code logs of an extension is VS Code's. */
function isOurs(file: string): boolean {
  const parts = file.split(/[\\/]/);
  return parts.includes(ID) && !parts.includes('logs');
}

describe('Uninstalling', () => {
  let home: string;
  let browser: Browser;
  let left: Installation;
  let kept: Installation;
  let window: Workbench | undefined;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'spanline-uninstalled-'));
    browser = await launchBrowser();
    [left, kept] = [await Installation.make('uninstalled'), await Installation.make('kept')];
  });

  afterEach((context) => pictureOfFailure(context, window));
  afterAll(async () => {
    await browser?.close();
    await left?.server.stop();
    await kept?.server.stop();
    await rm(home, { recursive: true, force: true });
  });

  it(
    'takes the journals of all folders along when VS Code starts the next time, and nothing of anybody else',
    { timeout: 600_000 },
    async () => {
      for (const folder of ['shop', 'bank']) {
        const opened = await left.receive(browser, join(home, folder), `GET /${folder}`);
        // A window that is left, not lost: its engine ends.
        await opened.page.goto('about:blank');
        await opened.close();
      }
      window = await kept.receive(browser, join(home, 'shop'), 'GET /kept');
      const extension = await left.extension();
      expect((await left.journals()).length).toBeGreaterThanOrEqual(2);
      const ofOthers = await plant(left.data);
      const before = await kept.journals();
      expect(before.length).toBeGreaterThan(0);

      await left.server.uninstall(ID);
      await eventually('the extension is gone', async () => existsSync(extension), (there) => !there); // prettier-ignore
      await eventually('nothing of ours', () => left.stored(), (files) => Object.keys(files).length === 0); // prettier-ignore
      expect(ofOthers.filter((file) => !existsSync(file))).toEqual([]);

      expect(await kept.journals()).toEqual(expect.arrayContaining(before));
      await kept.take(window, 'GET /afterwards');
      await window.openViewlet('Explorer');
      await window.reload();
      await kept.shows(window, 'GET /kept');
    },
  );
});

/** Data of another extension, beside ours in every folder; gives the files. */
async function plant(data: string): Promise<string[]> {
  const parents = (await readdir(data, { recursive: true }))
    .filter((path) => path.endsWith(ID) && isOurs(path))
    .map((path) => join(data, path, '..'));
  const files = parents.flatMap((parent) => [join(parent, 'somebody.else', 'x'), join(parent, `${ID}-next`, 'x')]);
  for (const file of files) {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, 'precious');
  }
  return files;
}
