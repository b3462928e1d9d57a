import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { EngineOptions, EngineSettings, OtherStorages } from '../protocol/engine';
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
  'journal.maxAgeDays',
  'redaction.secrets',
  'redaction.personalData',
  'redaction.keys',
  'forward.endpoint',
  'forward.protocol',
  'pathMappings',
];

const DAY_MS = 24 * 60 * 60 * 1000;

/** `forwardHeaders`: the upstream's credentials, which are no settings. Before they are known nothing is forwarded. */
export function engineSettings(
  settings: HostSettings,
  forwardHeaders?: Readonly<Record<string, string>>,
): EngineSettings {
  const maxAgeDays = settings.get('journal.maxAgeDays');
  const endpoint = settings.get('forward.endpoint').trim();
  return {
    sharedPorts: settings.get('receiver.sharedPorts'),
    maxStoreBytes: settings.get('store.maxBytes'),
    maxRequestBytes: settings.get('receiver.maxRequestBytes'),
    allowedHosts: settings.get('receiver.allowedHosts'),
    allowedOrigins: settings.get('receiver.allowedOrigins'),
    maxJournalBytes: settings.get('journal.enabled') ? settings.get('journal.maxBytes') : 0,
    ...(maxAgeDays > 0 && { maxJournalAgeMs: maxAgeDays * DAY_MS }),
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
    otherStorages: storagesOfWorkspaces(context),
    windows: { sharedDir: shared, name: vscode.workspace.name ?? '' },
    ...engineSettings(settings),
  };
}

/** VS Code has a folder for each workspace, and in it one for each extension. A window without a workspace is not told where. */
export function storagesOfWorkspaces({ storageUri, globalStorageUri }: vscode.ExtensionContext): OtherStorages {
  const { fsPath } = storageUri ?? globalStorageUri;
  const parent = dirname(dirname(fsPath));
  return { parent: storageUri ? parent : join(parent, 'workspaceStorage'), name: basename(fsPath) };
}
