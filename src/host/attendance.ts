import * as vscode from 'vscode';

const QUESTION = 'spanline.isAttended';

/**
 * Resolves to true when the window answers. An extension host whose window was closed without a word, as it happens to remote ones,
 * is kept for hours in case that the window comes back; till then this does not resolve.
 */
export async function isAttended(): Promise<boolean> {
  await vscode.commands.executeCommand('setContext', QUESTION, true);
  return true;
}
