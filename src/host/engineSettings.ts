import type * as vscode from 'vscode';
import type { EngineApi, EngineOptions } from '../protocol/engine';
import type { SettingKey } from '../protocol/settings';
import type { HostSettings } from './settings';

/** Settings that a running engine takes over at once. */
export const LIMIT_SETTINGS: readonly SettingKey[] = [
  'receiver.sharedPorts',
  'receiver.maxRequestBytes',
  'store.maxBytes',
];

export function engineLimits(settings: HostSettings): Parameters<EngineApi['configure']>[0] {
  return {
    sharedPorts: settings.get('receiver.sharedPorts'),
    maxStoreBytes: settings.get('store.maxBytes'),
    maxRequestBytes: settings.get('receiver.maxRequestBytes'),
  };
}

/** What the workspace's programs leave is kept with the workspace; a window without one shares a folder. */
export function engineOptions(context: vscode.ExtensionContext, settings: HostSettings): EngineOptions {
  return { storageDir: (context.storageUri ?? context.globalStorageUri).fsPath, ...engineLimits(settings) };
}
