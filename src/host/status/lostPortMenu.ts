import * as vscode from 'vscode';
import type { EngineStatus, LostPort } from '../../protocol/engine';
import { copyWithNotice } from '../clipboard';
import type { EngineClient } from '../engineClient';
import type { HostSettings } from '../settings';
import { collectorSnippet, portOffers, withPortReplaced, type PortOffer } from './lostPorts';
import { listeningPorts } from './statusText';

export interface LostPortParts {
  readonly engine: EngineClient;
  readonly settings: HostSettings;
}

interface OfferItem extends vscode.QuickPickItem {
  readonly run: () => Thenable<unknown>;
}

/** Rows of the receiver's menu for ports that somebody else holds. */
export function lostPortItems(parts: LostPortParts, status: EngineStatus): OfferItem[] {
  return status.lostPorts.flatMap((lost) =>
    portOffers(lost).map(({ action, label, detail }) => ({
      label,
      detail,
      run: () => ACTIONS[action](parts, lost, status),
    })),
  );
}

type Action = (parts: LostPortParts, lost: LostPort, status: EngineStatus) => Promise<void>;

const ACTIONS: Readonly<Record<PortOffer['action'], Action>> = {
  otherPort: moveElsewhere,
  async otherPortAndForward(parts, lost) {
    const { settings } = parts;
    // Of the usual pair one speaks gRPC and the other HTTP.
    await settings.set('forward.protocol', lost.port === 4317 ? 'grpc' : 'http/protobuf');
    await settings.set('forward.endpoint', `http://127.0.0.1:${lost.port}`);
    await moveElsewhere(parts, lost);
  },
  async collectorSnippet(parts, lost, status) {
    const present = listeningPorts(status).find(({ use }) => use === 'shared')?.port;
    const port = present ?? (await replacePort(parts, lost));
    if (port === undefined) return;
    const content = collectorSnippet(port, / in a container/.test(lost.owner?.name ?? ''));
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
    await vscode.window.showTextDocument(document);
  },
};

async function moveElsewhere(parts: LostPortParts, lost: LostPort): Promise<void> {
  const port = await replacePort(parts, lost);
  if (port !== undefined) await copyWithNotice(`http://127.0.0.1:${port}`);
}

/** The free port that took the place of the lost one in the settings. */
async function replacePort({ engine, settings }: LostPortParts, { port }: LostPort): Promise<number | undefined> {
  const free = await engine.ask((api) => api.freePort(port), undefined);
  if (free === undefined) return undefined;
  await settings.set('receiver.sharedPorts', withPortReplaced(settings.get('receiver.sharedPorts'), port, free));
  return free;
}
