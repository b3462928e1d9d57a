import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { eventually, type Workbench } from '../harness/workbench';

/** The line of server.js that asks for a page. */
const LINE = 10;
const PROMPT_MS = 30_000;
const MOST_TRIES = 3;

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
    // Beside it the check of the workspace may say how far it is.
    await workbench.statusBarItem(/^\s*Spanline(?!:)/).waitFor();
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => window?.close());

  const lensOn = async (line: number) => (await workbench.lenses()).find((lens) => lens.line === line)?.texts.join(' ');
  const terminal = () => workbench.page.locator('.terminal-wrapper.active .xterm');

  /**
   * One whose shell tells of its commands, which is seen by the mark beside its prompt. A terminal that was opened while the variables
   * of all terminals changed is started anew by VS Code without that.
   */
  async function openTerminal(): Promise<void> {
    const prompt = workbench.page.locator('.terminal-command-decoration').first();
    for (let tries = 1; ; tries++) {
      await workbench.command(command);
      await terminal().waitFor();
      try {
        return await prompt.waitFor({ timeout: PROMPT_MS });
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        await workbench.command('Terminal: Kill All Terminals');
        await terminal().waitFor({ state: 'detached' });
      }
    }
  }

  async function type(text: string): Promise<void> {
    await terminal().click();
    await workbench.page.keyboard.type(text);
    await workbench.page.keyboard.press('Enter');
  }

  async function interrupt(): Promise<void> {
    const prompts = workbench.page.locator('.terminal-command-decoration');
    const before = await prompts.count();
    await terminal().click();
    await workbench.page.keyboard.press('Control+c');
    // What is typed before the shell is back may be thrown away.
    await eventually('another prompt', () => prompts.count(), (count) => count > before); // prettier-ignore
  }

  it('has an empty list say that its program is recorded, as long as it runs', async () => {
    const view = workbench.page.locator('.pane-body .welcome-view');
    const [recorded, first] = [/Your program is being recorded/, /Start a Node.js program with the debugger/];
    await openTerminal();
    await workbench.openViewlet('Spanline');
    await view.getByText(first).waitFor();
    await type('node idle.js');
    await view.getByText(recorded).waitFor();
    await workbench.screenshot(`${picture}-recorded`);
    await interrupt();
    await view.getByText(first).waitFor();
    await workbench.openViewlet('Explorer');
  });

  it('shows the spans of what is started in it', async () => {
    await type('node server.js');
    await eventually(
      'a lens',
      () => lensOn(LINE),
      (text) => text !== undefined,
    );
    await workbench.screenshot(picture);
  });

  it('makes the next start of the same command a run that is compared with it', async () => {
    await interrupt();
    await type('node server.js');
    await workbench.hoverThat('http.get(', 'get', (text) => text.includes('last run'));
    await workbench.screenshot(`${picture}-second`);
    // Of the new run there may be no more than the first span yet.
    await eventually(
      'a lens that counts',
      () => lensOn(LINE),
      (text) => /\d+×/.test(text ?? ''),
    );
  });

  it('is heard again when the window was loaded anew, and the program in it went on', async () => {
    await workbench.reload();
    await workbench.statusBarItem('spans/s').waitFor();
    await eventually(
      'a lens',
      () => lensOn(LINE),
      (text) => text !== undefined,
    );
  });
});
