import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { freePort } from '../harness/vscodeServer';
import { eventually, type Workbench } from '../harness/workbench';

/** The line of ticker.js that starts its spans. */
const LINE = 9;

describe('A Node program that runs already', () => {
  let window: LaunchWindow;
  let workbench: Workbench;
  let program: ChildProcess;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    // By the name "localhost" the debugger may try a while on IPv6, where no inspector listens.
    const attach = { type: 'node', request: 'attach', name: 'Attach', address: '127.0.0.1', port };
    window = await LaunchWindow.open({ name: 'e2e-attach', configurations: [attach], withSdk: true });
    workbench = window.workbench;
    program = spawn(process.execPath, [`--inspect=${port}`, 'ticker.js'], { cwd: window.folder, stdio: 'ignore' });
    await workbench.openFile('ticker.js', LINE);
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(async () => {
    program?.kill('SIGKILL');
    await window?.close();
  });

  const counted = async () => {
    const lens = (await workbench.lenses()).find(({ line }) => line === LINE);
    return Number(/(\d+)×/.exec(lens?.texts.join() ?? '')?.[1] ?? 0);
  };

  it('shows its spans on their lines once the debugger is attached', async () => {
    await workbench.pressF5('Attach');
    await eventually('spans on the line', counted, (count) => count > 5);
    await workbench.screenshot('e2e-attach');
  });

  it('goes on unrecorded when the debugger lets go of it', async () => {
    await workbench.stopDebugging();
    const growth = async () => {
      const before = await counted();
      await workbench.page.waitForTimeout(1500);
      return (await counted()) - before;
    };
    await eventually('a count that stays', growth, (grown) => grown === 0);
    expect(program.exitCode).toBeNull();
  });

  it('is recorded anew by a command, without a debugger, as another run', async () => {
    const before = await counted();
    await workbench.command('Spanline: Attach to Node Process…', 'Port of an inspector', String(port));
    await eventually('the count of the new run', counted, (count) => count > 0 && count !== before);
    await workbench.screenshot('e2e-attach-command');
    expect(program.exitCode).toBeNull();
  });
});
