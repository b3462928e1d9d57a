import { readdirSync, statSync } from 'node:fs';
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
  if (isSource(root) && statSync(root).isFile()) {
    yield root;
    return;
  }
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isFile() && isSource(entry.name)) yield path;
      else if (entry.isDirectory() && !entry.name.startsWith('.') && !isForeignFile(`${entry.name}/`))
        pending.push(path);
    }
  }
}
