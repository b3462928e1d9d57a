import * as vscode from 'vscode';
import type { EngineOptions, EngineSettings } from '../protocol/engine';
import type { SettingKey } from '../protocol/settings';
import { readPathSettings } from './paths/pathSettings';
import type { HostSettings } from './settings';
import { storageOfWorkspace } from './storageFolder';

/** Settings that a running engine takes over at once. */
export const ENGINE_SETTINGS: readonly SettingKey[] = [
  'receiver.sharedPorts',
  'receiver.maxRequestBytes',
  'receiver.allowedHosts',
  'receiver.allowedOrigins',
  'store.maxBytes',
  'journal.enabled',
  'journal.maxBytes',
  'redaction.secrets',
  'redaction.personalData',
  'redaction.keys',
  'forward.endpoint',
  'forward.protocol',
  'pathMappings',
];

/** `forwardHeaders`: the upstream's credentials, which are no settings. Before they are known nothing is forwarded. */
export function engineSettings(
  settings: HostSettings,
  forwardHeaders?: Readonly<Record<string, string>>,
): EngineSettings {
  const endpoint = settings.get('forward.endpoint').trim();
  return {
    sharedPorts: settings.get('receiver.sharedPorts'),
    maxStoreBytes: settings.get('store.maxBytes'),
    maxRequestBytes: settings.get('receiver.maxRequestBytes'),
    allowedHosts: settings.get('receiver.allowedHosts'),
    allowedOrigins: settings.get('receiver.allowedOrigins'),
    maxJournalBytes: settings.get('journal.enabled') ? settings.get('journal.maxBytes') : 0,
    redaction: {
      secrets: settings.get('redaction.secrets'),
      personalData: settings.get('redaction.personalData'),
      keys: settings.get('redaction.keys'),
    },
    forward:
      endpoint === '' || !forwardHeaders
        ? undefined
        : { endpoint, protocol: settings.get('forward.protocol'), headers: forwardHeaders },
    paths: readPathSettings(settings).paths,
  };
}

/** What the workspace's programs leave is kept with the workspace; a window without one shares a folder. */
export function engineOptions(context: vscode.ExtensionContext, settings: HostSettings): EngineOptions {
  const shared = context.globalStorageUri.fsPath;
  return {
    storageDir: context.storageUri ? storageOfWorkspace(context.storageUri.fsPath) : shared,
    windows: { sharedDir: shared, name: vscode.workspace.name ?? '' },
    ...engineSettings(settings),
  };
}
