import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { errorMessage, type Log } from '../../base/log';

/**
 * Beside the extension's code. The script that VS Code runs after the extension was uninstalled is told nothing, and with
 * `--user-data-dir`, on servers and in portable installations data are where nobody could guess. An update has a folder, and so a note,
 * of its own: it is written again by the next window.
 */
const NOTE = 'storage.json';

/** Folders in which VS Code has a folder for each workspace, with one of ours in it; and folders of ours that all workspaces share. */
export interface StorageNote {
  readonly ofWorkspaces: readonly string[];
  readonly shared: readonly string[];
}

const NOTHING: StorageNote = { ofWorkspaces: [], shared: [] };

/** Where the extension's folder cannot be written, somebody else installed it, and will delete it, too. */
export async function noteStorage(
  extensionFolder: string,
  { ofWorkspaces, shared }: StorageNote,
  log: Log,
): Promise<void> {
  const known = await readStorageNote(extensionFolder);
  const note: StorageNote = {
    ofWorkspaces: [...new Set([...known.ofWorkspaces, ...ofWorkspaces])],
    shared: [...new Set([...known.shared, ...shared])],
  };
  if (JSON.stringify(note) === JSON.stringify(known)) return;
  const path = join(extensionFolder, NOTE);
  const partial = `${path}.${process.pid}`;
  try {
    await writeFile(partial, JSON.stringify(note));
    await rename(partial, path);
  } catch (error) {
    log.debug(
      `What Spanline stores will outlive its uninstallation: ${path} cannot be written: ${errorMessage(error)}`,
    );
    await rm(partial, { force: true });
  }
}

/** Empty where there is none, or no such one. */
export async function readStorageNote(extensionFolder: string): Promise<StorageNote> {
  try {
    const { ofWorkspaces, shared } = JSON.parse(await readFile(join(extensionFolder, NOTE), 'utf8')) as Partial<
      Record<keyof StorageNote, unknown>
    >;
    return { ofWorkspaces: paths(ofWorkspaces), shared: paths(shared) };
  } catch {
    return NOTHING;
  }
}

function paths(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((path): path is string => typeof path === 'string' && isAbsolute(path))
    : [];
}
