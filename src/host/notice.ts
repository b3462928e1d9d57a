import * as vscode from 'vscode';

const NOTICE_MS = 3000;

/** Says for a moment, in the status bar, that a command has done what nothing else shows. */
export function showNotice(text: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${text}`, NOTICE_MS);
}
