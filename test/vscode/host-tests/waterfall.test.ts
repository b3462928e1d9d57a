import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { REQUEST_LINE, requestStats, runRequests } from './programs';
import { eventually, spanline, workspaceFile } from './support';

function waterfallTab(): vscode.Tab | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find(
    ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes('spanline.waterfall'),
  );
}

describe('the waterfall', () => {
  let document: vscode.TextDocument;

  before(async () => {
    await runRequests({ name: 'waterfall' });
    await requestStats('the run', ({ count }) => count === 3);
    document = await vscode.workspace.openTextDocument(workspaceFile('requests.js'));
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  });

  it('opens beside the editor, which keeps the focus, on the newest span of a line', async () => {
    const api = await spanline();
    await vscode.commands.executeCommand('spanline.openLine', document.uri.fsPath, REQUEST_LINE);
    await eventually('the panel, and the focus', async () => {
      const isBeside = waterfallTab()?.group.viewColumn === vscode.ViewColumn.Two;
      return (isBeside && vscode.window.activeTextEditor?.document.uri.fsPath === document.uri.fsPath) || undefined;
    });
    const { latest } = await requestStats('the run', () => true);
    const shown = await eventually('the view says what it shows', async () => {
      const target = api.waterfall;
      return target?.viewIsUp && target.traceId === latest.traceId ? target : undefined;
    });
    assert.equal(shown.spanId, latest.spanId);
  });

  it('is opened once', async () => {
    const [trace] = await (await spanline()).traces({ limit: 1 });
    await vscode.commands.executeCommand('spanline.openTrace', trace.traceId);
    await vscode.commands.executeCommand('spanline.openWaterfall');
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.equal(tabs.filter(({ input }) => input instanceof vscode.TabInputWebview).length, 1);
  });

  it('refuses ids that are none and goes on', async () => {
    await vscode.commands.executeCommand('spanline.openTrace', '<script>');
    await vscode.commands.executeCommand('spanline.openLine', 7, 'x');
    assert.ok(waterfallTab());
  });

  it('closes and forgets its view', async () => {
    const tab = waterfallTab();
    assert.ok(tab);
    await vscode.window.tabGroups.close(tab);
    const api = await spanline();
    await eventually('no view', async () => api.waterfall === undefined || undefined);
  });
});
