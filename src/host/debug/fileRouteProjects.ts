import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_FRAMEWORKS } from '../../protocol/fileRoutes';

/** Frameworks whose requests have no other line than the index's. Those that tell the preload their routes do so without a line. */
const PACKAGES = new Set([...Object.keys(FILE_FRAMEWORKS), 'next', '@react-router/dev', '@remix-run/dev']);

/** Whether the lines of the project's requests are files that the index of sources finds. False where there is no project. */
export async function hasFileRoutes(folder: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, object>;
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    return names.some((name) => PACKAGES.has(name));
  } catch {
    return false;
  }
}
