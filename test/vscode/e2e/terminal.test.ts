import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { eventually, type Workbench } from '../harness/workbench';

/** The line of server.js that asks for a page. */
const LINE = 10;

describe.each([
  ['that the command opens', 'Spanline: New Traced Terminal', false],
  ['like any other, by the setting', 'Terminal: Create New Terminal', true],
])('A traced terminal %s', (_, command, trace) => {
  const picture = trace ? 'e2e-terminal-setting' : 'e2e-terminal';
  let window: LaunchWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    window = await LaunchWindow.open({ name: picture, settings: { 'spanline.terminals.trace': trace } });
    workbench = window.workbench;
    await workbench.openFile('server.js', LINE);
    await workbench.statusBarItem('Spanline').waitFor();
  }, 180_000);

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => window?.close());

  const lensOn = async (line: number) => (await workbench.lenses()).find((lens) => lens.line === line)?.texts.join(' ');
  const terminal = () => workbench.page.locator('.terminal-wrapper.active .xterm');

  async function type(text: string): Promise<void> {
    await terminal().click();
    await workbench.page.keyboard.type(text);
    await workbench.page.keyboard.press('Enter');
  }

  it('shows the spans of what is started in it', async () => {
    await workbench.command(command);
    await terminal().waitFor({ timeout: 30_000 });
    // Beside the prompt, once the shell tells about itself. A terminal whose variables change as it starts is started anew without it.
    const prompt = workbench.page.locator('.terminal-command-decoration').first();
    await prompt.waitFor({ timeout: trace ? 8_000 : 30_000 }).catch((error: unknown) => {
      if (!trace) throw error;
    });
    await type('node server.js');
    await eventually(
      'a lens',
      () => lensOn(LINE),
      (text) => text !== undefined,
    );
    await workbench.screenshot(picture);
  }, 80_000);

  it.skipIf(trace)(
    'makes the next start of the same command a run that is compared with it',
    async () => {
      await terminal().click();
      await workbench.page.keyboard.press('Control+c');
      await type('node server.js');
      await workbench.page.waitForTimeout(1500);
      await workbench.editor
        .locator('.view-line', { hasText: 'http.get(' })
        .locator('span', { hasText: 'get' })
        .last()
        .hover();
      await workbench.page.locator('.monaco-hover', { hasText: 'last run' }).waitFor();
      await workbench.screenshot(`${picture}-second`);
      expect(await lensOn(LINE)).toMatch(/\d+×/);
    },
    60_000,
  );

  it('is heard again when the window was loaded anew, and the program in it went on', async () => {
    await workbench.reload();
    await workbench.statusBarItem('spans/s').waitFor({ timeout: 30_000 });
    await eventually(
      'a lens',
      () => lensOn(LINE),
      (text) => text !== undefined,
    );
  }, 60_000);
});
