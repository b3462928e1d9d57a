import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import { baseName, pathKey } from '../../base/paths';
import type { SourceLocation } from '../../model/sourceLocation';
import type { DocumentLines } from '../lines/documentLines';
import { likelyFiles } from './fileCandidates';

const HIGHLIGHT_MS = 1600;
const MOST_CANDIDATES = 200;

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
    private readonly log: Log,
  ) {
    this.disposables.onDispose(() => clearTimeout(this.highlightTimer));
  }

  /** @param avoid the column that must stay as it is. False when there is no such file here; the user was told then. */
  async open(location: SourceLocation, avoid: vscode.ViewColumn | undefined): Promise<boolean> {
    const uri = await this.find(location.path);
    if (!uri) return this.tellMissing(location);
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
      return this.tellMissing(location);
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async find(path: string): Promise<vscode.Uri | undefined> {
    const given = vscode.Uri.file(path);
    if (await exists(given)) return await asOpenedHere(given);
    const pattern = `**/${baseName(path).replace(/[[\]{}?*]/g, '?')}`;
    const found = await vscode.workspace.findFiles(pattern, '**/node_modules/**', MOST_CANDIDATES);
    const candidates = likelyFiles(
      pathKey(path),
      found.map(({ fsPath }) => pathKey(fsPath)),
    );
    if (candidates.length === 1) return vscode.Uri.file(candidates[0]);
    return candidates.length > 1 ? chooseFile(path, candidates) : undefined;
  }

  private tellMissing({ path, line }: SourceLocation): false {
    const remedy =
      'If the program runs elsewhere (in a container, from a build), open the folder that holds its sources.';
    void vscode.window.showWarningMessage(`Spanline: ${path}:${line} is not on this machine. ${remedy}`);
    return false;
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
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    if (folder.uri.scheme !== 'file') continue;
    const opened = pathKey(folder.uri.fsPath);
    const real = await realpath(folder.uri.fsPath).then(pathKey, () => opened);
    const key = pathKey(uri.fsPath);
    if (real !== opened && key.startsWith(`${real}/`))
      return vscode.Uri.joinPath(folder.uri, key.slice(real.length + 1));
  }
  return uri;
}

async function chooseFile(path: string, candidates: readonly string[]): Promise<vscode.Uri | undefined> {
  const items = candidates.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }));
  const chosen = await vscode.window.showQuickPick(items, { title: `Which file is ${path}?` });
  return chosen && vscode.Uri.file(chosen.file);
}

/** Where the file is open already, else the column beside the waterfall. */
function columnFor(uri: vscode.Uri, avoid: vscode.ViewColumn | undefined): vscode.ViewColumn {
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
