import * as vscode from 'vscode';

/** Whether the folder is trusted; where it is not, says what is refused for that, and leads to where it can be changed. */
export function isTrustedFor(refusal: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  void offerTrust(refusal);
  return false;
}

async function offerTrust(refusal: string): Promise<void> {
  const manage = 'Manage Workspace Trust';
  if ((await vscode.window.showWarningMessage(refusal, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
}
