import { opendir } from 'node:fs/promises';

/** Folders of other people's code, of caches and of what is made out of sources. */
const SKIPPED = new Set([
  'node_modules',
  'bower_components',
  'dist',
  'build',
  'out',
  'target',
  'bin',
  'obj',
  'venv',
  'env',
  'site-packages',
  'vendor',
  '__pycache__',
]);
const MOST_FOLDERS = 50_000;

/** Files below a folder whose names `wanted` takes; links are not followed. `folder` as `pathKey` writes it. */
export async function* sourcesBelow(folder: string, wanted: (name: string) => boolean): AsyncGenerator<string> {
  const waiting = [folder];
  for (let read = 0; waiting.length > 0 && read < MOST_FOLDERS; read++) {
    const current = waiting.shift()!;
    try {
      for await (const entry of await opendir(current)) {
        const path = `${current}/${entry.name}`;
        if (entry.isDirectory()) {
          if (!isSkipped(entry.name)) waiting.push(path);
        } else if (entry.isFile() && wanted(entry.name)) yield path;
      }
    } catch {
      // Gone, or not ours to read: it holds nothing that we could show.
    }
  }
}

/** Whether a walk of the folder would come by the path. */
export function isReached(folder: string, path: string): boolean {
  if (!path.startsWith(`${folder}/`)) return false;
  return !path
    .slice(folder.length + 1)
    .split('/')
    .slice(0, -1)
    .some(isSkipped);
}

function isSkipped(name: string): boolean {
  return name.startsWith('.') || SKIPPED.has(name.toLowerCase());
}
