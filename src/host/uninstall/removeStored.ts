import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StorageNote } from './storageNote';

/**
 * Deletes what the extension of this id has stored, and nothing that has another name: `<of workspaces>/<any>/<id>` and the shared folders
 * where they are called by the id. Links are deleted, not followed. Gives what was deleted.
 */
export async function removeStored({ ofWorkspaces, shared }: StorageNote, id: string): Promise<string[]> {
  const candidates = shared.filter((folder) => basename(folder) === id);
  for (const parent of ofWorkspaces)
    for (const workspace of await readdir(parent).catch(() => [])) candidates.push(join(parent, workspace, id));
  const removed: string[] = [];
  for (const folder of candidates) {
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) continue;
    await rm(folder, { recursive: true, force: true });
    removed.push(folder);
  }
  return removed;
}
