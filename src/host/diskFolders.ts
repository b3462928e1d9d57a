import * as vscode from 'vscode';

/** The workspace's folders as far as they are files on a disk: those of other schemes have paths that mean nothing to the system. */
export function diskFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(isOnDisk);
}

export function isOnDisk({ uri }: vscode.WorkspaceFolder): boolean {
  return uri.scheme === 'file';
}
