import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { eventually, type Workbench } from '../harness/workbench';

/** The line of server.js that asks for a page. */
const LINE = 10;

describe('A traced terminal', () => {
  let window: LaunchWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    window = await LaunchWindow.open({ name: 'e2e-terminal' });
    workbench = window.workbench;
    await workbench.openFile('server.js', LINE);
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
    await workbench.command('Spanline: New Traced Terminal');
    await terminal().waitFor({ timeout: 30_000 });
    // Beside the prompt, once the shell tells about itself.
    await workbench.page.locator('.terminal-command-decoration').first().waitFor({ timeout: 30_000 });
    await type('node server.js');
    await eventually(
      'a lens',
      () => lensOn(LINE),
      (text) => text !== undefined,
    );
    await workbench.screenshot('e2e-terminal');
  }, 80_000);

  it('makes the next start of the same command a run that is compared with it', async () => {
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
    await workbench.screenshot('e2e-terminal-second');
    expect(await lensOn(LINE)).toMatch(/\d+×/);
  }, 60_000);
});
