import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { REPOSITORY } from '../harness/paths';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { eventually, type Workbench } from '../harness/workbench';

const WHY = 'Spanline: Why Are There No Spans?';

describe('What keeps spans away is mended by a click', () => {
  let window: LaunchWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    const launch = { type: 'node', request: 'launch' };
    window = await LaunchWindow.open({
      name: 'e2e-remedies',
      programs: join(REPOSITORY, 'test', 'workspaces', 'silent'),
      configurations: [
        { ...launch, name: 'Disabled', program: '${workspaceFolder}/sdk.js', env: { OTEL_SDK_DISABLED: 'true' } },
        { ...launch, name: 'Bare', program: '${workspaceFolder}/server.js' },
      ],
      settings: { 'spanline.capture.bundledSdk': false },
      withSdk: true,
    });
    workbench = window.workbench;
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterEach(() => workbench?.stopDebugging());
  afterAll(() => window?.close());

  const launchFile = () => readFile(join(window.folder, '.vscode', 'launch.json'), 'utf8');

  async function choose(reason: RegExp, button: string): Promise<void> {
    const rows = await workbench.listOf(WHY);
    await rows.filter({ hasText: reason }).filter({ hasText: button }).click();
  }

  it('in launch.json, where it can be undone', async () => {
    const before = await launchFile();
    await workbench.startDebugging('Disabled');
    await workbench.untilDebugging();
    // Asked at once: the debugger is not inside yet.
    await choose(/"Disabled" \(pid \d+\) has OTEL_SDK_DISABLED=true/, 'Change launch.json');
    const message = workbench.notifications.filter({
      hasText: '"Disabled" is changed in launch.json; undo takes it back',
    });
    const restart = message.getByRole('button', { name: 'Restart' });
    await restart.waitFor();
    await eventually('the change', launchFile, (text) => /"OTEL_SDK_DISABLED": ?"false"/.test(text));
    await workbench.screenshot('e2e-remedy-launch');
    await restart.click();
    await untilSpans('tick');
    await workbench.screenshot('e2e-remedy-restarted');

    await workbench.editorOf('launch.json').locator('.view-line').first().click();
    await workbench.page.keyboard.press('Control+z');
    await workbench.page.keyboard.press('Control+s');
    await eventually('the text as it was', launchFile, (text) => text === before);
  });

  it('in the settings', async () => {
    await workbench.startDebugging('Bare');
    await workbench.untilDebugging();
    await choose(/"Bare" \(pid \d+\) has no OpenTelemetry SDK, and may not be given one/, 'Switch It On');
    const message = workbench.notifications.filter({
      hasText: '"spanline.capture.bundledSdk" is on. Stop the program',
    });
    const again = message.getByRole('button', { name: 'Start Again' });
    await again.waitFor();
    await workbench.screenshot('e2e-remedy-setting');
    await again.click();
    await untilSpans('GET');
  });

  async function untilSpans(name: string): Promise<void> {
    await workbench.openViewlet('Spanline');
    await workbench.page.locator('.part.sidebar .monaco-list-row', { hasText: name }).first().waitFor();
  }
});
