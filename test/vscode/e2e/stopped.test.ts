import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { eventually, type Workbench } from '../harness/workbench';

const STILL_MS = 1_000;

describe('The stop button', () => {
  let window: LaunchWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    const launch = { type: 'node', request: 'launch', name: 'Stopped', program: '${workspaceFolder}/stopped.js' };
    // Vitest's variables, which the editor has from us, would have the program taken for a test.
    const env = { VITEST: null, VITEST_WORKER_ID: null, NODE_ENV: null };
    window = await LaunchWindow.open({ name: 'e2e-stopped', configurations: [{ ...launch, env }] });
    workbench = window.workbench;
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => window?.close());

  it('loses no span that had ended, and tells which one never did', async () => {
    await workbench.openFile('stopped.js', 1);
    await workbench.pressF5('Stopped');
    await eventually(
      'lenses',
      () => workbench.lenses(),
      (lenses) => lenses.length > 0,
    );
    const answered = async () => (await readFile(join(window.folder, 'answers.txt'), 'utf8')).length;
    await eventually('answers', answered, (count) => count > 50);
    await workbench.stopDebugging();
    const answers = await untilSame(answered);
    // The last answer may have been counted and its span have ended a moment apart.
    const isAll = (count: number): boolean => Math.abs(count - answers) <= 1;
    await eventually(
      `${answers} spans, and two that never ended`,
      async () => (await workbench.lenses()).flatMap((lens) => lens.texts),
      (texts) =>
        texts.filter((text) => text.includes('1 never ended')).length === 2 &&
        texts.filter((text) => isAll(Number(/(\d+)×/.exec(text)?.[1]))).length === 2,
    );
    await workbench.screenshot('e2e-stopped');
  });
});

/** The debugger says that it is done a moment before the last of its program is written. */
async function untilSame(read: () => Promise<number>): Promise<number> {
  let last = -1;
  return eventually(
    'a count that stays',
    async () => {
      const before = last;
      last = await read();
      await new Promise((resolve) => setTimeout(resolve, STILL_MS));
      return { before, last };
    },
    (seen) => seen.before === seen.last,
  ).then((seen) => seen.last);
}
