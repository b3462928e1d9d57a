import * as vscode from 'vscode';
import { errorMessage } from '../../base/log';
import { isTrustedFor } from '../trust';
import type { AttachedPrograms } from './attachedPrograms';
import type { Entries } from './entries';
import type { Entry } from './entry';
import { findInspectables, findNodeProcesses, inspectablesAt, type NodeProcess } from './inspectables';

export interface AttachParts {
  readonly entries: Entries;
  readonly attached: AttachedPrograms;
}

interface ProgramItem extends vscode.QuickPickItem {
  readonly run?: () => Promise<void>;
}

const TITLE = 'Attach to a Node Process';
const SIGNAL_HINT =
  'Sends SIGUSR1, by which Node opens its inspector and says so on stderr. A program that handles this signal itself will do so.';

/** Lists programs that can be entered, and those that are. */
export async function showAttachMenu(parts: AttachParts): Promise<void> {
  if (!isTrustedFor('Spanline enters no program from a folder that is not trusted.')) return;
  const chosen = await vscode.window.showQuickPick(itemsOf(parts), {
    title: TITLE,
    placeHolder: 'Its spans are recorded from then on, without a restart',
    matchOnDescription: true,
  });
  await chosen?.run?.();
}

async function itemsOf(parts: AttachParts): Promise<ProgramItem[]> {
  const [inspectables, processes] = await Promise.all([
    findInspectables(),
    findNodeProcesses().catch((): NodeProcess[] => []),
  ]);
  const { attached } = parts;
  return [
    ...attached.all.map(({ info, pid }) => ({
      label: `$(debug-disconnect) Detach from ${info.name}`,
      description: pid === undefined ? '' : `pid ${pid}`,
      run: async () => attached.detach(info.run),
    })),
    ...inspectables.map((program) => ({
      label: `$(plug) ${program.title}`,
      description: `inspector on port ${program.port}`,
      run: () => attach(parts, program.title, () => attached.attach(program)),
    })),
    ...(processes.length > 0 ? [{ label: 'without an inspector', kind: vscode.QuickPickItemKind.Separator }] : []),
    ...processes.map((each) => ({
      label: `$(terminal) ${each.commandLine}`,
      description: `pid ${each.pid}`,
      detail: SIGNAL_HINT,
      run: () => attach(parts, `pid ${each.pid}`, () => attached.attachToProcess(each)),
    })),
    { label: 'otherwise', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(edit) Port of an inspector…', run: () => attachToPort(parts) },
  ];
}

async function attachToPort(parts: AttachParts): Promise<void> {
  const answer = await vscode.window.showInputBox({
    title: TITLE,
    prompt: 'Port of its inspector on this machine: the program was started by node --inspect=<port>',
    validateInput: (text) => (isPort(text) ? undefined : 'A number from 1 to 65535'),
  });
  if (answer === undefined) return;
  const port = Number(answer);
  await attach(parts, `port ${port}`, async () => {
    const [program] = await inspectablesAt(port);
    if (!program) throw new Error(`no inspector of Node listens there. Start the program by node --inspect=${port}.`);
    return parts.attached.attach(program);
  });
}

function isPort(text: string): boolean {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65536;
}

async function attach({ entries }: AttachParts, name: string, act: () => Promise<Entry>): Promise<void> {
  try {
    entries.tell(name, await act());
  } catch (error) {
    void vscode.window.showWarningMessage(`Spanline could not attach to ${name}: ${errorMessage(error)}`);
  }
}
