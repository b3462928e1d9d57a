import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { COMPONENT_FILE } from '../lint/componentFiles';
import { isForeignFile } from '../lint/testFiles';

const SOURCE = /\.[cm]?[jt]sx?$/;

export function isSourceFile(path: string): boolean {
  return SOURCE.test(path);
}

/** With the components that hold scripts. */
export function isLintedFile(path: string): boolean {
  return SOURCE.test(path) || COMPONENT_FILE.test(path);
}

/** JavaScript and TypeScript below a folder, in order; not what is installed or built. A folder may be called `next.js`. */
export function* sourceFiles(root: string, isSource = isSourceFile): Generator<string> {
  if (isSource(root) && statSync(root, { throwIfNoEntry: false })?.isFile()) {
    yield root;
    return;
  }
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isFile() && isSource(entry.name)) yield path;
      else if (entry.isDirectory() && !entry.name.startsWith('.') && !isForeignFile(`${entry.name}/`))
        pending.push(path);
    }
  }
}

/** None of a folder that is gone meanwhile, as those of tools that just start, or is not ours to read, as a database's in a container. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
