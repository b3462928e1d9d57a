import { existsSync } from 'node:fs';
import { cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface WorkspaceCopy {
  readonly folder: string;
  remove(): Promise<void>;
}

/** A copy that a test may edit. Its node_modules stay where they are and are linked to. */
export async function copyWorkspace(source: string): Promise<WorkspaceCopy> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'spanline-workspace-')));
  const folder = join(parent, basename(source));
  const modules = join(source, 'node_modules');
  await cp(source, folder, { recursive: true, filter: (path) => path !== modules });
  if (existsSync(modules)) await symlink(modules, join(folder, 'node_modules'), 'junction');
  return { folder, remove: () => rm(parent, { recursive: true, force: true }) };
}
