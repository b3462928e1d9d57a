import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { eventually, type Workbench } from '../harness/workbench';

/** The line of pool.js that starts a span for each task. */
const LINE = 21;
const TASKS = 3;

describe('A worker that stands still', () => {
  let window: LaunchWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    // Vitest’s variables, which the editor has from us, would have the program taken for a test.
    const env = { VITEST: null, VITEST_WORKER_ID: null, NODE_ENV: null };
    const launch = { type: 'node', request: 'launch', name: 'Pool', program: '${workspaceFolder}/pool.js', env };
    window = await LaunchWindow.open({ name: 'e2e-pools', configurations: [launch], withSdk: true });
    workbench = window.workbench;
    await workbench.openFile('pool.js', LINE);
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => window?.close());

  it('has the spans of its tasks on their line while its program goes on', async () => {
    await workbench.pressF5('Pool');
    await eventually(
      'a lens that tells all tasks',
      async () => (await workbench.lenses()).find(({ line }) => line === LINE)?.texts.join(' '),
      (text) => text !== undefined && text.includes(`${TASKS}×`),
    );
    await workbench.screenshot('e2e-pools');
    await workbench.stopDebugging();
  });
});
