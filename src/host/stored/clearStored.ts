import * as vscode from 'vscode';
import type { StoredData } from '../../protocol/engine';
import type { EngineClient } from '../engineClient';
import { showNotice } from '../notice';
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
  const deletable = others.folders - others.inUse;
  const these = 'this window';
  const those = plural(deletable, 'other workspace');
  const clearOwn = () => engine.demand((api) => api.clear());
  const deleteOthers = () => engine.demand((api) => api.deleteOtherData());
  return [
    {
      label: '$(window) This window',
      description: formatBytes(own),
      detail: 'All traces that are shown here, pinned ones too: in memory, and in the journal on disk.',
      run: () => agreed(these, clearOwn),
    },
    ...(others.folders > 0
      ? [
          {
            label: '$(folder-library) Other workspaces',
            description: othersText(others),
            detail: keptText(others, settings.get('journal.maxAgeDays')),
            ...(deletable > 0 && { run: () => agreed(those, deleteOthers) }),
          },
        ]
      : []),
    ...(deletable > 0
      ? [
          {
            label: '$(trash) Both',
            description: formatBytes(own + others.bytes),
            run: () => agreed(`${these} and of ${those}`, () => clearOwn().then(deleteOthers)),
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

/** `remove`: gives the bytes of other workspaces that are gone. */
async function agreed(whose: string, remove: () => Promise<number | void>): Promise<void> {
  const detail = 'Pinned ones too. This cannot be undone. Workspaces that are open in another window are left alone.';
  const question = `Delete the traces of ${whose}?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete')) === undefined) return;
  const freed = await remove();
  showNotice(freed === undefined ? 'Traces deleted' : `${formatBytes(freed)} of other workspaces deleted`);
}
