import { basename, dirname, join } from 'node:path';

/** What VS Code appends to a workspace's id for a second extension host while the first still holds its folder. */
const OF_ANOTHER_HOST = /^([0-9a-f]{32})-\d+$/;

/**
 * The folder for what belongs to a workspace, whichever extension host asks. VS Code gives a host a folder of its own while another
 * one, which may be all that is left of a lost window, still runs; what we keep there is safe from several hosts.
 */
export function storageOfWorkspace(given: string): string {
  const id = OF_ANOTHER_HOST.exec(basename(dirname(given)))?.[1];
  return id === undefined ? given : join(dirname(dirname(given)), id, basename(given));
}
