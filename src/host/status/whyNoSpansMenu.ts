import * as vscode from 'vscode';
import type { EngineClient } from '../engineClient';
import type { RecentSessions } from '../debug/recentSessions';
import type { DebuggedPrograms } from './debuggedPrograms';
import { type RemedyParts, remedyOf } from './remedies';
import { endsNothing, whyNoSpans } from './whyNoSpans';
import { type Reason, whyNothing } from './whyNothing';

export interface WhyNoSpansParts extends RemedyParts {
  readonly engine: EngineClient;
  readonly recent: RecentSessions;
  readonly programs: DebuggedPrograms;
}

interface RemedyItem extends vscode.QuickPickItem {
  readonly run?: () => Thenable<unknown>;
}

/** Names what keeps spans away, the most telling first, each with its one remedy. The list is there at once and fills. */
export async function showWhyNoSpans(parts: WhyNoSpansParts): Promise<void> {
  const menu = vscode.window.createQuickPick<RemedyItem>();
  menu.title = 'Why Are There No Spans?';
  menu.placeholder = 'Looking into what runs…';
  menu.matchOnDetail = true;
  menu.busy = true;
  try {
    const choice = choiceIn(menu);
    menu.items = await itemsOf(parts);
    menu.placeholder = 'Choose a reason to do what helps';
    menu.busy = false;
    const chosen = await choice;
    menu.hide();
    await chosen?.run?.();
  } finally {
    menu.dispose();
  }
}

/** Undefined when it was left without one. */
function choiceIn(menu: vscode.QuickPick<RemedyItem>): Promise<RemedyItem | undefined> {
  return new Promise((resolve) => {
    menu.onDidAccept(() => menu.selectedItems.length > 0 && resolve(menu.selectedItems[0]));
    menu.onDidHide(() => resolve(undefined));
    menu.show();
  });
}

async function itemsOf(parts: WhyNoSpansParts): Promise<RemedyItem[]> {
  const reasons = await findReasons(parts);
  if (reasons.length === 0) return [{ label: '$(check) Spans arrive: nothing is amiss' }];
  return reasons.map((reason) => reasonItem(reason, parts));
}

/** What runs now is asked first; what is known of earlier starts comes behind. */
async function findReasons({ engine, settings, recent, programs }: WhyNoSpansParts): Promise<Reason[]> {
  const [status, running] = await Promise.all([engine.ask((api) => api.status(), undefined), programs.look()]);
  if (!status) return [{ fault: 'Spanline’s engine does not answer', remedy: 'The log says why.', action: 'log' }];
  const { isTrusted: trusted } = vscode.workspace;
  const captureEnabled = settings.get('capture.enabled');
  const general = whyNothing({ status, trusted, captureEnabled, sessions: recent.all, asked: running.length > 0 });
  const ports = status.endpoints.map(({ port }) => port);
  const silent = running.filter((program) => !program.heard || endsNothing(program));
  return [...silent.map((program) => whyNoSpans(program, ports)), ...general];
}

function reasonItem(reason: Reason, parts: RemedyParts): RemedyItem {
  const { fault, remedy } = reason;
  const button = remedyOf(reason, parts);
  // A row shows a line of it, a message all.
  if (!button)
    return {
      label: `$(info) ${fault}`,
      detail: remedy,
      run: () => vscode.window.showInformationMessage(`${fault}. ${remedy}`),
    };
  // In front of the remedy: behind a long label it would be cut off.
  return { label: `$(lightbulb) ${fault}`, detail: `${button.title}: ${remedy}`, run: () => button.run() };
}
