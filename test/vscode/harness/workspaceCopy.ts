import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface WorkspaceCopy {
  readonly folder: string;
  remove(): Promise<void>;
}

/** A copy that a test may edit. Packages stay where they are: every node_modules, of the folder and of its workspaces, is a link. */
export async function copyWorkspace(source: string): Promise<WorkspaceCopy> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'spanline-workspace-')));
  const folder = join(parent, basename(source));
  await copySource(source, folder);
  return { folder, remove: () => rm(parent, { recursive: true, force: true }) };
}

/** As {@link copyWorkspace}, to a place that the caller names; what is there is replaced. */
export async function copySource(source: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await cp(source, folder, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  for (const place of ['.', ...(await readdir(source))]) {
    const modules = join(source, place, 'node_modules');
    if (existsSync(modules)) await symlink(modules, join(folder, place, 'node_modules'), 'junction');
  }
}
