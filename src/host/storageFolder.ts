import { basename, dirname, join } from 'node:path';

/**
 * What VS Code appends to a workspace's id for a second extension host while the first still holds its folder. Ids are hashes: of 128
 * bits on a desktop, of 32 bits with a sign in a browser.
 */
const OF_ANOTHER_HOST = /^(-?[0-9a-f]+)-[1-9]$/;

/**
 * The folder for what belongs to a workspace, whichever extension host asks. VS Code gives a host a folder of its own while another
 * one, which may be all that is left of a lost window, still runs; what we keep there is safe from several hosts.
 */
export function storageOfWorkspace(given: string): string {
  const id = OF_ANOTHER_HOST.exec(basename(dirname(given)))?.[1];
  return id === undefined ? given : join(dirname(dirname(given)), id, basename(given));
}
