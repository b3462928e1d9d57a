import * as vscode from 'vscode';
import { parseForwardHeaders } from '../../protocol/forwardHeaders';
import type { EngineClient } from '../engineClient';
import type { HostSettings } from '../settings';
import type { EngineConfiguration } from './engineConfiguration';
import type { ForwardHeaderStore } from './forwardHeaders';

export interface ForwardParts {
  readonly engine: EngineClient;
  readonly settings: HostSettings;
  readonly headers: ForwardHeaderStore;
  readonly configuration: EngineConfiguration;
}

/** Asks for the upstream's credentials, keeps them as a secret, and says whether they work. */
export async function setForwardHeaders(parts: ForwardParts): Promise<void> {
  const { headers, configuration, settings } = parts;
  const text = await vscode.window.showInputBox({
    title: 'Headers for Forwarding',
    prompt: 'As OTEL_EXPORTER_OTLP_HEADERS has them, with %20 for a blank. Kept as a secret; empty deletes them.',
    placeHolder: 'authorization=Bearer%20…,x-tenant=dev',
    value: await headers.text(),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => parseForwardHeaders(value).fault,
  });
  if (text === undefined) return;
  await headers.write(text);
  await configuration.readAgain();
  if (settings.get('forward.endpoint').trim() === '') return offerEndpoint();
  await testForwarding(parts);
}

/** Sends an empty request and tells what came of it. */
export async function testForwarding({ engine }: Pick<ForwardParts, 'engine'>): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  const test = await vscode.window.withProgress({ location, title: 'Spanline: trying the upstream endpoint' }, () =>
    engine.ask((api) => api.testForwarding(), { ok: false, message: 'The engine is not running.' }),
  );
  if (test.ok) void vscode.window.showInformationMessage(`Spanline: ${test.message}`);
  else void vscode.window.showWarningMessage(`Spanline: ${test.message}`);
}

async function offerEndpoint(): Promise<void> {
  const set = 'Set the Endpoint';
  const message = 'Spanline: the headers are kept, but nothing is forwarded yet: "spanline.forward.endpoint" is empty.';
  if ((await vscode.window.showInformationMessage(message, set)) === set)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'spanline.forward');
}
