import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { REQUEST_LINE, requestStats, runRequests } from './programs';
import { eventually, spanline, workspaceFile } from './support';

const DURATION = String.raw`[\d.]+ (ns|µs|ms|s)`;

/** Those of the requests; the server that answers them has a lens of its own, where it is made. */
async function lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    Number.MAX_SAFE_INTEGER,
  );
  const ours = all.filter(({ command }) => command?.command === 'spanline.openLine');
  return ours.filter(({ range }) => !document.lineAt(range.start.line).text.includes('createServer'));
}

/** Waits until lenses stand on these lines alone. */
async function untilOn(document: vscode.TextDocument, ...lines: number[]): Promise<vscode.CodeLens[]> {
  return eventually(`lenses on ${lines.join(', ') || 'no line'}`, async () => {
    const all = await lenses(document);
    return all.map(({ range }) => range.start.line + 1).join() === lines.join() ? all : undefined;
  });
}

async function untilHover(document: vscode.TextDocument, line: number, says: RegExp): Promise<string> {
  return eventually(`a hover on line ${line} with ${says}`, async () => {
    const text = await hovers(document, line);
    return says.test(text) ? text : undefined;
  });
}

async function hovers(document: vscode.TextDocument, line: number): Promise<string> {
  const position = new vscode.Position(line - 1, 10);
  const all = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  const texts = all.flatMap(({ contents }) => contents.map((part) => (typeof part === 'string' ? part : part.value)));
  return texts.filter((text) => text.includes('command:spanline.openLine')).join('\n');
}

describe('the lines of an open file', () => {
  let document: vscode.TextDocument;

  before(async () => {
    await spanline();
    await runRequests({ name: 'lines', env: { ROUNDS: '12' } });
    await requestStats('12 spans', ({ count }) => count === 12);
    document = await vscode.workspace.openTextDocument(workspaceFile('requests.js'));
    await vscode.window.showTextDocument(document);
  });

  it('have a lens with its command already in it', async () => {
    const [lens] = await untilOn(document, REQUEST_LINE);
    assert.match(lens.command?.title ?? '', new RegExp(`^${DURATION} · p95 ${DURATION} · 12×`));
    assert.deepEqual(lens.command?.arguments, [document.uri.fsPath, REQUEST_LINE]);
  });

  it('have a hover, on the line and nowhere else', async () => {
    await untilHover(document, REQUEST_LINE, /`GET`[^]*\| this run \|/);
    assert.equal(await hovers(document, REQUEST_LINE + 1), '');
  });

  it('keep lens and hover while code is typed above them, and when that is undone', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(2, 0), '// one\n// two\n');
    await vscode.workspace.applyEdit(edit);
    await untilOn(document, REQUEST_LINE + 2);
    await untilHover(document, REQUEST_LINE + 2, /this run/);
    await vscode.commands.executeCommand('undo');
    await untilOn(document, REQUEST_LINE);
  });

  it('lose the lens with the line', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.delete(document.uri, new vscode.Range(REQUEST_LINE - 1, 0, REQUEST_LINE, 0));
    await vscode.workspace.applyEdit(edit);
    await untilOn(document);
    await vscode.commands.executeCommand('undo');
    await untilOn(document, REQUEST_LINE);
  });

  it('stand right again when the program is run after an edit was saved', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(2, 0), '// one\n// two\n');
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await untilOn(document, REQUEST_LINE + 2);
    await runRequests({ name: 'lines', env: { ROUNDS: '2' } });
    const shown = await eventually('the lens of the second run', async () => {
      const found = await lenses(document);
      return found.some(({ command }) => / 2×/.test(command?.title ?? '')) ? found : undefined;
    });
    assert.deepEqual(
      shown.map(({ range }) => range.start.line + 1),
      [REQUEST_LINE + 2],
    );
    await vscode.commands.executeCommand('undo');
    await document.save();
    await untilOn(document, REQUEST_LINE);
  });

  it('show nothing while lenses are switched off', async () => {
    await vscode.commands.executeCommand('spanline.toggleLenses');
    try {
      await untilOn(document);
    } finally {
      await vscode.commands.executeCommand('spanline.toggleLenses');
    }
    await untilOn(document, REQUEST_LINE);
  });
});
