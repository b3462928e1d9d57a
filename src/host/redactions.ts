import * as vscode from 'vscode';
import { type RedactionCount, redactionTotals } from '../model/redaction';
import { COMMANDS } from '../protocol/contributions';
import type { EngineClient } from './engineClient';
import { columnFor } from './waterfall/sourceJump';
import { placeText, patternText, totalsText } from './redactionText';

const SETTINGS = 'spanline.redaction';

export interface RedactionParts {
  readonly engine: EngineClient;
  readonly waterfall: OwnColumn;
}

/** The column that the waterfall stands in. */
interface OwnColumn {
  readonly column: vscode.ViewColumn | undefined;
}

interface Item extends vscode.QuickPickItem {
  readonly run?: () => Thenable<unknown>;
}

/** Lists what was recognised as secret or personal, and opens the line that sends it. */
export async function showRedactions({ engine, waterfall }: RedactionParts): Promise<void> {
  const counts = await engine.ask((api) => api.redactions(), []);
  const group = (masked: boolean, label: string): Item[] => {
    const items = counts.filter((count) => count.masked === masked).map((count) => itemOf(count, waterfall));
    return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
  };
  const settings: Item = {
    label: '$(gear) Settings of Redaction',
    run: showRedactionSettings,
  };
  const items = [...group(true, 'Masked'), ...group(false, 'Kept as sent, with a warning'), SEPARATOR, settings];
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Spanline: Secrets and Personal Data',
    placeHolder: totalsText(redactionTotals(counts)) ?? 'No secret and no personal data were recognised so far',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await chosen?.run?.();
}

export function showRedactionSettings(): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS);
}

const SEPARATOR: Item = { label: '', kind: vscode.QuickPickItemKind.Separator };

function itemOf(count: RedactionCount, waterfall: OwnColumn): Item {
  const { key, file, line } = count;
  return {
    label: `$(${count.masked ? 'lock' : 'warning'}) ${key || 'a text'}`,
    description: patternText(count),
    detail: placeText(count, (path) => vscode.workspace.asRelativePath(path)),
    ...(file !== undefined && { run: () => openLine(file, line ?? 1, waterfall.column) }),
  };
}

/** `avoid`: the column that the waterfall stands in. */
async function openLine(file: string, line: number, avoid: vscode.ViewColumn | undefined): Promise<void> {
  const uri = vscode.Uri.file(file);
  const at = new vscode.Position(line - 1, 0);
  try {
    const options = { viewColumn: columnFor(uri, avoid), selection: new vscode.Range(at, at) };
    await vscode.window.showTextDocument(uri, options);
  } catch {
    void vscode.window.showInformationMessage(`${file} cannot be opened. Its spans are in the waterfall.`);
    await vscode.commands.executeCommand(COMMANDS.openLine, file, line);
  }
}
