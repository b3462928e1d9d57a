import type { TestContext } from 'vitest';
import type { Workbench } from './workbench';

/** For `afterEach`: what the window showed when a test failed. */
export async function pictureOfFailure({ task }: TestContext, workbench: Workbench | undefined): Promise<void> {
  if (task.result?.state !== 'fail' || !workbench) return;
  const name = task.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
  console.log(`See ${await workbench.screenshot(`failed-${name}`)}`);
}
