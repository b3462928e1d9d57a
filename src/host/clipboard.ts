import * as vscode from 'vscode';

const NOTICE_MS = 3000;

/** Copies and says so in the status bar: nothing else would show that something happened. */
export async function copyWithNotice(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) Copied ${text}`, NOTICE_MS);
}
