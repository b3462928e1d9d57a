import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SpanlineExports } from '../../../src/host/exports';

/** The extension's exports, once its receiver is ready. */
export async function spanline(): Promise<SpanlineExports> {
  const extension = vscode.extensions.getExtension<SpanlineExports>('spanline.spanline');
  assert.ok(extension, 'the extension is installed');
  const api = await extension.activate();
  await api.whenReady();
  return api;
}

/** Asks until the answer is there. Only what is wrong waits so long. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, limitMs = 60_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function workspaceFile(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'a folder is open');
  return vscode.Uri.joinPath(folder.uri, name);
}
