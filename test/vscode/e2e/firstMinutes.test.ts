import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { sendTrace } from '../harness/otlp';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { freePort } from '../harness/vscodeServer';
import type { Workbench } from '../harness/workbench';

const RECORDED = /Your program is being recorded/;

describe('Somebody who is new', () => {
  let window: LaunchWindow;
  let workbench: Workbench;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    window = await LaunchWindow.open({
      name: 'e2e-first-minutes',
      configurations: [{ type: 'node', request: 'launch', name: 'Idle', program: '${workspaceFolder}/idle.js' }],
      settings: { 'spanline.receiver.sharedPorts': [port] },
    });
    workbench = window.workbench;
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => window?.close());

  const badge = () => workbench.page.locator('.activitybar .action-item:has([aria-label^="Spanline"]) .badge-content');

  it('is told by an empty waterfall that the program is recorded', async () => {
    await workbench.command('Spanline: Open Waterfall');
    await workbench.waterfall.getByText('run your program with the debugger').waitFor();
    await workbench.pressF5('Idle');
    await workbench.waterfall.getByText(RECORDED).waitFor();
    await workbench.screenshot('e2e-first-recorded-waterfall');
  });

  it('is shown where the first trace went, until having looked', async () => {
    expect(await badge().isVisible()).toBe(false);
    await sendTrace(port, { service: 'warehouse', name: 'stock.count' });
    await badge().filter({ hasText: /^1$/ }).waitFor();
    await workbench.screenshot('e2e-first-badge');
    await workbench.openViewlet('Spanline');
    await workbench.viewRows('Traces').filter({ hasText: 'stock.count' }).waitFor();
    await badge().waitFor({ state: 'hidden' });
  });

  it('is told by an empty list that the program is recorded, and by nothing else when it has ended', async () => {
    const view = workbench.page.locator('.pane-body .welcome-view');
    await workbench.command('Spanline: Clear Traces');
    await view.getByText(RECORDED).waitFor();
    await workbench.screenshot('e2e-first-recorded-list');
    await workbench.stopDebugging();
    await view.getByText('Start a Node.js program with the debugger').waitFor();
    await view.getByText(RECORDED).waitFor({ state: 'hidden' });
    await workbench.openViewlet('Explorer');
    await sendTrace(port, { service: 'warehouse', name: 'stock.recount' });
    await workbench.openViewlet('Spanline');
    await workbench.viewRows('Traces').filter({ hasText: 'stock.recount' }).waitFor();
    await badge().waitFor({ state: 'hidden' });
  });
});
