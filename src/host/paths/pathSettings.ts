import type { PathMapping } from '../../model/pathMapping';
import type { PathSettings } from '../../protocol/engine';
import { parsePathMappings } from '../../protocol/pathMappings';
import { diskFolders } from '../diskFolders';
import type { HostSettings } from '../settings';

/** The workspace's folders and what their settings say about paths, with what is wrong in those. */
export function readPathSettings(settings: HostSettings): { paths: PathSettings; faults: readonly string[] } {
  const folders = diskFolders();
  const parsed =
    folders.length === 0
      ? [parsePathMappings(settings.get('pathMappings'), undefined)]
      : folders.map(({ uri }) => parsePathMappings(settings.get('pathMappings', uri), uri.fsPath));
  return {
    paths: {
      folders: folders.map(({ uri }) => uri.fsPath),
      mappings: distinct(parsed.flatMap((each) => each.mappings)),
    },
    faults: [...new Set(parsed.flatMap((each) => each.faults))],
  };
}

/** Folders share what is set for all of them. */
function distinct(mappings: readonly PathMapping[]): PathMapping[] {
  return [...new Map(mappings.map((mapping) => [JSON.stringify(mapping), mapping])).values()];
}
