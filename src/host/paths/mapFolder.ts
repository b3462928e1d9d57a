import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { errorMessage, type Log } from '../../base/log';
import { baseName, pathKey } from '../../base/paths';
import { applyMapping, mappingInto } from '../../model/pathMapping';
import { withMapping } from '../../protocol/pathMappings';
import { diskFolders } from '../diskFolders';
import type { HostSettings } from '../settings';

/** Has the user point at folders that programs have another name for, and keeps what they say in the settings. */
export class FolderMapping {
  constructor(
    private readonly settings: HostSettings,
    private readonly log: Log,
  ) {}

  /** Asks for the folder that `path` lies in, on this machine. Gives the file there; undefined when the user gave up. */
  async ask(path: string): Promise<vscode.Uri | undefined> {
    const [folder] =
      (await vscode.window.showOpenDialog({
        title: `The folder that holds ${baseName(path)}, or the top of its sources`,
        openLabel: 'Map this folder',
        canSelectFolders: true,
        canSelectFiles: false,
        defaultUri: diskFolders()[0]?.uri,
      })) ?? [];
    if (!folder) return undefined;
    const mapping = mappingInto(folder.fsPath, path, (file) => existsSync(file));
    if (mapping) return (await this.keep(mapping)) ? fileOf(mapping, path) : undefined;
    const again = 'Choose Another Folder…';
    const message = `Spanline: ${folder.fsPath} holds no ${baseName(path)}, neither at its top nor where ${path} has it.`;
    return (await vscode.window.showWarningMessage(message, again)) === again ? this.ask(path) : undefined;
  }

  /** `file` is what `path` means: offers to remember that for all of its folder. */
  async offer(path: string, file: string): Promise<void> {
    const mapping = mappingOfFile(path, file);
    if (!mapping) return;
    const remember = 'Remember';
    const message = `Spanline: remember that ${mapping.from} is ${vscode.workspace.asRelativePath(mapping.to)} here?`;
    if ((await vscode.window.showInformationMessage(message, remember)) === remember) await this.keep(mapping);
  }

  private async keep({ from, to }: { from: string; to: string }): Promise<boolean> {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(to));
    const inside = folder && pathKey(to).slice(pathKey(folder.uri.fsPath).length);
    const entry = { from, to: inside === undefined ? to : `\${workspaceFolder}${inside}` };
    try {
      await this.settings.setIn(
        'pathMappings',
        withMapping(this.settings.get('pathMappings', folder?.uri), entry),
        folder,
      );
      this.log.info(`Paths that begin with ${from} are ${to} from now on`);
      return true;
    } catch (error) {
      void vscode.window.showErrorMessage(
        `Spanline: "spanline.pathMappings" could not be written: ${errorMessage(error)}. Add ${JSON.stringify(entry)} by hand.`,
      );
      return false;
    }
  }
}

function fileOf(mapping: { from: string; to: string }, path: string): vscode.Uri | undefined {
  const file = applyMapping(mapping, path);
  return file === undefined ? undefined : vscode.Uri.file(file);
}

/** What is left of both when the end is taken off that they share. */
function mappingOfFile(path: string, file: string): { from: string; to: string } | undefined {
  const [there, here] = [path.split('/'), file.split('/')];
  while (there.length > 1 && here.length > 1 && there.at(-1) === here.at(-1)) {
    there.pop();
    here.pop();
  }
  const [from, to] = [there.join('/'), here.join('/')];
  return from === '' || to === '' || from === path ? undefined : { from, to };
}
