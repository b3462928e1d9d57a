import * as vscode from 'vscode';
import { showNotice } from './notice';

export async function copyWithNotice(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  showNotice(`Copied ${text}`);
}
