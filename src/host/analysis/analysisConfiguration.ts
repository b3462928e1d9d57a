import type { Uri } from 'vscode';
import type { AnalysisConfiguration } from '../../protocol/analysis';
import { analysisSettings, type SettingKey } from '../../protocol/settings';
import type { HostSettings } from '../settings';

/** The settings as the server takes them: for all files, and for each folder of the workspace. */
export function analysisConfiguration(
  settings: Pick<HostSettings, 'get'>,
  folders: readonly { readonly uri: Uri }[],
): AnalysisConfiguration {
  return {
    all: analysisSettings(settings),
    folders: folders.map(({ uri }) => ({
      uri: uri.toString(),
      settings: analysisSettings({ get: <K extends SettingKey>(key: K) => settings.get(key, uri) }),
    })),
  };
}
