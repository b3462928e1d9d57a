import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../harness/browser';
import { newIds, sendTrace } from '../harness/otlp';
import { VSIX } from '../harness/paths';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { freePort, VscodeServer } from '../harness/vscodeServer';
import { eventually, Workbench } from '../harness/workbench';

describe('Two windows of the editor', () => {
  let home: string;
  let port: number;
  let upstream: number;
  let server: VscodeServer;
  let browser: Browser;
  let first: Workbench;
  let second: Workbench;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'spanline-windows-'));
    [port, upstream] = [await freePort(), await freePort()];
    const settings = {
      'spanline.receiver.sharedPorts': [port],
      'spanline.forward.endpoint': `http://127.0.0.1:${upstream}`,
    };
    server = await VscodeServer.start({ name: 'e2e-windows', vsix: VSIX, settings });
    browser = await launchBrowser();
    first = await openFolder('bank');
    second = await openFolder('shop');
  });

  afterEach((context) => pictureOfFailure(context, second));
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  async function openFolder(name: string): Promise<Workbench> {
    const folder = join(home, name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'index.js'), 'module.exports = {};\n');
    const workbench = await Workbench.open({ server, browser, folder, width: 1200, height: 700 });
    await workbench.openFile('index.js');
    await workbench.statusBarItem(`Spanline ${port}`).waitFor();
    await workbench.openViewlet('Spanline');
    return workbench;
  }

  async function shows(workbench: Workbench, name: string): Promise<void> {
    const found = (texts: string[]) => texts.filter((text) => text.includes(name)).length === 1;
    await eventually(`"${name}", once`, () => workbench.viewTexts('Traces'), found);
  }

  /** Traces that a window holds, as its receiver's menu says. */
  async function held(workbench: Workbench): Promise<number> {
    await receiverMenu(workbench);
    const input = workbench.page.locator('.quick-input-widget .quick-input-filter input');
    const said = await input.getAttribute('placeholder');
    await workbench.page.keyboard.press('Escape');
    return Number(/([\d,]+) traces?/.exec(said ?? '')?.[1].replaceAll(',', '') ?? 0);
  }

  /** Sends a trace until it is taken. */
  async function send(name: string): Promise<void> {
    const trace = { service: 'warehouse', name, ids: newIds() };
    const taken = () =>
      sendTrace(port, trace).then(
        () => true,
        () => false,
      );
    await eventually(`"${name}" is taken`, taken, Boolean);
  }

  /** What the receiver's menu says, which stays. */
  async function receiverMenu(workbench: Workbench): Promise<string> {
    await workbench.listOf('Spanline: Show Receiver');
    const widget = workbench.page.locator('.quick-input-widget');
    await widget.locator('.quick-input-title', { hasText: 'Spanline Receiver' }).waitFor();
    return (await widget.locator('.monaco-list-rows').first().innerText()).replace(/\s+/g, ' ');
  }

  /** Asks the menu again until it says what it should; what it says then stays. */
  async function menuThat(workbench: Workbench, what: string, passes: (menu: string) => boolean): Promise<void> {
    const ask = async (): Promise<string> => {
      await workbench.page.keyboard.press('Escape');
      return receiverMenu(workbench);
    };
    await eventually(`a receiver's menu with ${what}`, ask, passes);
  }

  it('both show what is sent to the port that one of them owns', async () => {
    await sendTrace(port, { service: 'warehouse', name: 'stock.reserve' });
    await shows(first, 'stock.reserve');
    await shows(second, 'stock.reserve');
  });

  it('tell of each other, and of the endpoint that does not take what is forwarded', async () => {
    const taken = new RegExp(
      `Port ${port} is taken by another Spanline window ?pid \\d+, folder "bank".* Its spans are shown here too`,
    );
    await menuThat(second, 'the other window', (menu) => taken.test(menu) && !menu.includes('Problems'));
    await second.screenshot('windows-follower-menu');
    const troubles = [
      `Forwarding to http://127.0.0.1:${upstream} fails; 1 record waits`,
      `Nothing listens on 127.0.0.1:${upstream}. Start the collector there`,
    ];
    await menuThat(first, 'what forwarding fails by', (menu) => troubles.every((each) => menu.includes(each)));
    await first.screenshot('windows-owner-menu');
    for (const { page } of [first, second]) await page.keyboard.press('Escape');
  });

  it('take credentials for the endpoint, and say at once whether it takes them', async () => {
    await second.listOf('Spanline: Set Headers for Forwarding');
    const widget = second.page.locator('.quick-input-widget');
    const input = widget.locator('.quick-input-filter input');
    await widget.locator('.quick-input-title', { hasText: 'Headers for Forwarding' }).waitFor();
    await expect.poll(() => input.getAttribute('type')).toBe('password');
    await input.fill('no header');
    await widget.getByText('Entry 1 is not of the form key=value').waitFor();
    await second.screenshot('windows-headers');
    await input.fill('x-tenant=dev');
    await widget.getByText('Entry 1 is not of the form key=value').waitFor({ state: 'hidden' });
    await second.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
    // Without the focus, which one of two windows has, no notification pops up.
    await second.command('Notifications: Show Notifications');
    const told = second.page.locator('.notifications-center .notification-list-item');
    await told.filter({ hasText: `Nothing listens on 127.0.0.1:${upstream}` }).waitFor();
    await second.screenshot('windows-headers-tried');
    await second.page.keyboard.press('Escape');
  });

  it('of which one is closed: the other takes the port over', async () => {
    await first.page.goto('about:blank');
    await first.close();
    await menuThat(second, 'its own port', (menu) => menu.includes(String(port)) && !menu.includes('another'));
    await second.screenshot('windows-taken-over');
    await second.page.keyboard.press('Escape');
    await send('stock.recount');
    await shows(second, 'stock.recount');
    await shows(second, 'stock.reserve');
  });

  it.skipIf(process.platform === 'win32')(
    'of which the first comes back, and the other is killed under load: what was acknowledged is shown, once',
    async () => {
      // The host of the window that was closed ends a while after it.
      const [owner] = await eventually('one host', () => server.extensionHosts(), ({ length }) => length === 1); // prettier-ignore
      first = await openFolder('bank');
      const followed = /taken by another Spanline window.*folder "shop"/;
      await menuThat(first, 'the other window', (menu) => followed.test(menu));
      await first.screenshot('windows-first-again');
      await first.page.keyboard.press('Escape');
      const before = await held(second);
      await eventually('what came before', () => held(first), (now) => now === before); // prettier-ignore
      const count = 60;
      for (let number = 1; number <= count; number++) {
        await send(`stock.move ${number}`);
        if (number === count / 3) process.kill(owner, 'SIGKILL');
      }
      await eventually(
        'all that was acknowledged',
        () => held(first),
        (now) => now === before + count,
      );
      await menuThat(first, 'its own port', (menu) => menu.includes(String(port)) && !menu.includes('another'));
      await first.screenshot('windows-after-kill');
      await first.page.keyboard.press('Escape');
    },
  );
});
