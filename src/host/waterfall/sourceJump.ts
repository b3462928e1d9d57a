import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import { isAbsolutePath, pathKey } from '../../base/paths';
import type { SourceLocation, SourcePlace } from '../../model/sourceLocation';
import { diskFolders } from '../diskFolders';
import type { DocumentLines } from '../lines/documentLines';
import type { FolderMapping } from '../paths/mapFolder';

const HIGHLIGHT_MS = 1600;

/** Opens the editor on the line that made a span, beside the waterfall. */
export class SourceJump implements Disposable {
  private readonly disposables = new Disposables();
  private readonly highlight = this.disposables.add(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
      borderColor: new vscode.ThemeColor('contrastActiveBorder'),
      overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
      overviewRulerLane: vscode.OverviewRulerLane.Center,
    }),
  );
  private highlightTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly lines: DocumentLines,
    private readonly folders: FolderMapping,
    private readonly log: Log,
  ) {
    this.disposables.onDispose(() => clearTimeout(this.highlightTimer));
  }

  /**
   * @param avoid the column that must stay as it is. False when there is no such file here: the user was told then, and may show the
   * folder later.
   */
  async open(asked: SourceLocation, avoid: vscode.ViewColumn | undefined): Promise<boolean> {
    const location = await this.chosenPlace(asked);
    if (!location) return false;
    const uri = await this.find(location);
    if (uri) return this.show(uri, location, avoid);
    if (!location.candidates)
      void this.tellMissing(location).then((shown) => shown && this.show(shown, location, avoid));
    return false;
  }

  private async show(
    uri: vscode.Uri,
    location: SourceLocation,
    avoid: vscode.ViewColumn | undefined,
  ): Promise<boolean> {
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const line = await this.lines.currentLine(document, location.line);
      const position = new vscode.Position(line, columnOf(document, line, location));
      const editor = await vscode.window.showTextDocument(document, {
        viewColumn: columnFor(document.uri, avoid),
        preserveFocus: true,
        preview: true,
      });
      editor.selection = new vscode.Selection(position, position);
      editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      this.flash(editor, line);
      return true;
    } catch (error) {
      this.log.warn(`${location.path}:${location.line} could not be shown: ${errorMessage(error)}`);
      void vscode.window.showWarningMessage(
        `Spanline: ${location.path}:${location.line} could not be shown: ${errorMessage(error)}`,
      );
      return false;
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async find({ path, candidates, recorded = path }: SourceLocation): Promise<vscode.Uri | undefined> {
    if (candidates)
      return this.choose(
        recorded,
        [...new Set([path, ...candidates])].filter((file) => file !== recorded),
      );
    const given = vscode.Uri.file(path);
    return isAbsolutePath(path) && (await exists(given)) ? asOpenedHere(given) : undefined;
  }

  private async choose(path: string, candidates: readonly string[]): Promise<vscode.Uri | undefined> {
    const items = candidates.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }));
    const chosen = await vscode.window.showQuickPick(items, { title: `Which file is ${path}?` });
    if (!chosen) return undefined;
    void this.folders.offer(path, chosen.file);
    return vscode.Uri.file(chosen.file);
  }

  /** The file in the folder that the user points at then, if any. */
  private async tellMissing({ path, line, recorded = path }: SourceLocation): Promise<vscode.Uri | undefined> {
    const mapFolder = 'Map this folder…';
    const message = `Spanline: ${recorded}:${line} is not on this machine. If the program runs elsewhere (in a container, from a build), say where its sources are.`;
    const chosen = await vscode.window.showWarningMessage(message, mapFolder);
    return chosen === mapFolder ? this.folders.ask(recorded) : undefined;
  }

  /** The line that the user takes for the right one, where several could be. */
  private async chosenPlace(location: SourceLocation): Promise<SourceLocation | undefined> {
    const { alternatives = [] } = location;
    if (alternatives.length === 0) return location;
    const items = [location, ...alternatives].map(async (place) => ({
      label: `${vscode.workspace.asRelativePath(place.path)}:${place.line}`,
      ...(place.functionName !== undefined && { description: place.functionName }),
      detail: await this.textOf(place),
      place,
    }));
    const title = 'Which line made the span?';
    const chosen = await vscode.window.showQuickPick(Promise.all(items), { title, matchOnDetail: true });
    return chosen && { ...location, ...chosen.place };
  }

  /** What stands on the line, by which the user tells it from others. */
  private async textOf({ path, line }: SourcePlace): Promise<string | undefined> {
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
      return document.lineAt(await this.lines.currentLine(document, line)).text.trim();
    } catch {
      return undefined; // gone, or not to be read: the place alone must do
    }
  }

  private flash(editor: vscode.TextEditor, line: number): void {
    clearTimeout(this.highlightTimer);
    for (const other of vscode.window.visibleTextEditors)
      if (other !== editor) other.setDecorations(this.highlight, []);
    editor.setDecorations(this.highlight, [new vscode.Range(line, 0, line, 0)]);
    this.highlightTimer = setTimeout(() => editor.setDecorations(this.highlight, []), HIGHLIGHT_MS);
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** Programs name files by their real path; where the workspace was opened by a link, the file is opened by that. */
async function asOpenedHere(uri: vscode.Uri): Promise<vscode.Uri> {
  for (const folder of diskFolders()) {
    const opened = pathKey(folder.uri.fsPath);
    const real = await realpath(folder.uri.fsPath).then(pathKey, () => opened);
    const key = pathKey(uri.fsPath);
    if (real !== opened && key.startsWith(`${real}/`))
      return vscode.Uri.joinPath(folder.uri, key.slice(real.length + 1));
  }
  return uri;
}

/** Where the file is open already, else the column beside the waterfall. */
export function columnFor(uri: vscode.Uri, avoid: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all.filter(({ viewColumn }) => viewColumn !== avoid);
  const showing = groups.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
  return (showing ?? groups[0])?.viewColumn ?? vscode.ViewColumn.Beside;
}

function columnOf(document: vscode.TextDocument, line: number, location: SourceLocation): number {
  const text = document.lineAt(line).text;
  const column = location.column === undefined ? undefined : location.column - 1;
  return column !== undefined && column < text.length ? column : text.length - text.trimStart().length;
}
