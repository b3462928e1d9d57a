import * as vscode from 'vscode';
import type { StoredData } from '../../protocol/engine';
import type { EngineClient } from '../engineClient';
import type { HostSettings } from '../settings';
import { formatBytes } from '../status/statusText';
import { plural } from '../texts';
import { keptText, othersText } from './storedText';

export interface StoredParts {
  readonly engine: EngineClient;
  readonly settings: HostSettings;
}

interface Item extends vscode.QuickPickItem {
  readonly run?: () => Thenable<unknown>;
}

/** Shows what is kept on disk, and deletes what is chosen. */
export async function clearStored(parts: StoredParts): Promise<void> {
  const stored = await parts.engine.demand((api) => api.storedData());
  const chosen = await vscode.window.showQuickPick(itemsOf(stored, parts), {
    title: 'Spanline: Clear Stored Traces',
    placeHolder: 'What is to be deleted?',
    matchOnDetail: true,
  });
  await chosen?.run?.();
}

function itemsOf(stored: StoredData, { engine, settings }: StoredParts): Item[] {
  const { own, others, code } = stored;
  const clearOwn = () => engine.demand((api) => api.clear());
  const hasOthers = others.folders > others.inUse;
  return [
    {
      label: '$(window) This window',
      description: formatBytes(own),
      detail: 'All traces that are shown here, pinned ones too: in memory, and in the journal on disk.',
      run: clearOwn,
    },
    ...(others.folders > 0 ? [othersItem(stored, settings.get('journal.maxAgeDays'), hasOthers, engine)] : []),
    ...(hasOthers
      ? [
          {
            label: '$(trash) Both',
            description: formatBytes(own + others.bytes),
            run: () => deleteOthers(engine, stored, clearOwn),
          },
        ]
      : []),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      label: '$(gear) Settings of Storage',
      description: code > 0 ? `besides, Spanline’s own code for programs takes ${formatBytes(code)}` : undefined,
      run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'spanline.journal'),
    },
  ];
}

function othersItem(stored: StoredData, maxAgeDays: number, hasOthers: boolean, engine: EngineClient): Item {
  const { others } = stored;
  return {
    label: '$(folder-library) Other workspaces',
    description: othersText(others),
    detail: keptText(others, maxAgeDays),
    ...(hasOthers && { run: () => deleteOthers(engine, stored) }),
  };
}

/** `first`: done before, once the user has agreed. */
async function deleteOthers(engine: EngineClient, { others }: StoredData, first?: () => Promise<void>): Promise<void> {
  const count = others.folders - others.inUse;
  const message = first
    ? `Delete the traces of this window and of ${plural(count, 'other workspace')}?`
    : `Delete the traces of ${plural(count, 'other workspace')}?`;
  const detail = 'Pinned ones too. This cannot be undone. Workspaces that are open in a window are left alone.';
  const agreed = await vscode.window.showWarningMessage(message, { modal: true, detail }, 'Delete');
  if (agreed === undefined) return;
  await first?.();
  const freed = await engine.demand((api) => api.deleteOtherData());
  void vscode.window.showInformationMessage(`Spanline: ${formatBytes(freed)} of other workspaces were deleted.`);
}
