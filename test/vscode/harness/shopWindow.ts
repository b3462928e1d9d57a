import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser';
import { SHOP, VSIX } from './paths';
import { freePort, VscodeServer, type ServerOptions } from './vscodeServer';
import { Workbench, type WorkbenchOptions } from './workbench';
import { copyWorkspace, type WorkspaceCopy } from './workspaceCopy';

const PORTS = ['GATEWAY', 'ORDERS', 'PAYMENTS', 'DATABASE', 'BANK', 'COLLECTOR'] as const;
type PortName = (typeof PORTS)[number];

export type ShopOptions = ServerOptions & Pick<WorkbenchOptions, 'width' | 'height' | 'scale'>;

/** The sample shop in a window of its own: a copy that may be edited, on ports that nobody else uses. */
export class ShopWindow {
  private constructor(
    private shown: Workbench,
    readonly server: VscodeServer,
    readonly ports: Readonly<Record<PortName, number>>,
    /** Where programs outside a debug session may send OTLP to. */
    readonly sharedPort: number,
    private readonly browser: Browser,
    private readonly copy: WorkspaceCopy,
  ) {}

  static async open(options: ShopOptions): Promise<ShopWindow> {
    const copy = await copyWorkspace(SHOP);
    const ports = await choosePorts(copy.folder);
    const sharedPort = await freePort();
    const settings = { 'spanline.receiver.sharedPorts': [sharedPort], ...options.settings };
    const server = await VscodeServer.start({ vsix: VSIX, ...options, settings });
    const browser = await launchBrowser(options.log);
    const workbench = await Workbench.open({ ...options, server, browser, folder: copy.folder });
    return new ShopWindow(workbench, server, ports, sharedPort, browser, copy);
  }

  get workbench(): Workbench {
    return this.shown;
  }

  /** The page is gone without a word, as when a machine is switched off; then the folder is opened in another one. */
  async openAfterCrash(): Promise<Workbench> {
    const crashed = this.shown.page.waitForEvent('crash');
    void this.shown.page.goto('chrome://crash').catch(() => {});
    await crashed;
    const { server, browser, folder } = this;
    this.shown = await Workbench.open({ server, browser, folder });
    return this.shown;
  }

  get folder(): string {
    return this.copy.folder;
  }

  /** Starts the compound with F5, as somebody does who has chosen nothing. */
  async start(): Promise<void> {
    await this.workbench.pressF5('Shop');
  }

  /** Changes settings of the folder, which the window takes up at once. */
  async changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const file = join(this.folder, '.vscode', 'settings.json');
    const present = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...present, ...settings }, null, 2));
  }

  /** Spans by service that the team's own exporters have delivered. Empty before the collector is up. */
  async exported(): Promise<Readonly<Record<string, number>>> {
    const url = `http://127.0.0.1:${this.ports.COLLECTOR}/received`;
    return fetch(url).then(
      async (response) => (await response.json()) as Record<string, number>,
      () => ({}),
    );
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await this.copy.remove();
  }
}

async function choosePorts(folder: string): Promise<Record<PortName, number>> {
  const ports = {} as Record<PortName, number>;
  for (const name of PORTS) ports[name] = await freePort();
  const file = join(folder, 'ports.env');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(/^(\w+)_PORT=\d+$/gm, (_line, name: PortName) => `${name}_PORT=${ports[name]}`),
  );
  return ports;
}
