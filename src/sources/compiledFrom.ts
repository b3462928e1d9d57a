import { isAbsolutePath, pathKey } from '../base/paths';
import type { FileAccess } from './fileAccess';

const GENERATED = /\.([cm]?)js$/;
const CONFIGURATIONS = ['tsconfig.json', 'tsconfig.build.json'];
const MOST_FOLDERS_UP = 8;
const MOST_EXTENDS = 5;
/** Where sources are when no `rootDir` says it: the compiler takes the folder that all of them share. */
const USUAL_ROOTS = ['', 'src', 'lib', 'source'];

interface Folders {
  readonly outDir?: string;
  readonly rootDir?: string;
}

/**
 * The TypeScript file that the compiler made this JavaScript of, found by the `outDir` of the nearest configuration, or right beside it;
 * undefined where there is none. Paths as `pathKey` writes them.
 */
export function compiledFrom(path: string, files: FileAccess): string | undefined {
  if (!GENERATED.test(path)) return undefined;
  const beside = sourceAt(path, files);
  if (beside !== undefined) return beside;
  let folder = folderOf(path);
  for (let up = 0; up < MOST_FOLDERS_UP && folder !== ''; up++, folder = folderOf(folder)) {
    for (const name of CONFIGURATIONS) {
      const found = sourceBy(`${folder}/${name}`, path, files);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function sourceBy(configuration: string, path: string, files: FileAccess): string | undefined {
  const { outDir, rootDir } = foldersOf(configuration, files);
  if (outDir === undefined || !path.startsWith(`${outDir}/`)) return undefined;
  const relative = path.slice(outDir.length + 1);
  const folder = folderOf(configuration);
  const roots = rootDir === undefined ? USUAL_ROOTS.map((root) => pathKey(`${folder}/${root}`)) : [rootDir];
  for (const root of roots) {
    const found = sourceAt(`${root.replace(/\/$/, '')}/${relative}`, files);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sourceAt(path: string, files: FileAccess): string | undefined {
  return [path.replace(GENERATED, '.$1ts'), path.replace(GENERATED, '.tsx')].find((each) => files.stamp(each));
}

/** What the file says itself goes before what it inherits; each folder is relative to the file that names it. */
function foldersOf(configuration: string, files: FileAccess, depth = 0): Folders {
  const { compilerOptions, extends: base } = readConfiguration(configuration, files);
  const at = (folder: unknown) =>
    typeof folder === 'string' ? absolute(folder.replace('${configDir}', '.'), configuration) : undefined;
  const [outDir, rootDir] = [at(compilerOptions?.outDir), at(compilerOptions?.rootDir)];
  const own = { ...(outDir && { outDir }), ...(rootDir && { rootDir }) };
  const [from] = Array.isArray(base) ? (base as unknown[]).slice(-1) : [base];
  // Packages of settings know nothing of a project's folders.
  if (typeof from !== 'string' || !/^[./]/.test(from) || depth === MOST_EXTENDS) return own;
  const file = absolute(/\.json$/.test(from) ? from : `${from}.json`, configuration);
  return { ...foldersOf(file, files, depth + 1), ...own };
}

interface Configuration {
  readonly extends?: unknown;
  readonly compilerOptions?: { readonly outDir?: unknown; readonly rootDir?: unknown };
}

/** With comments and trailing commas, as the compiler reads it; nothing where it cannot be read. */
function readConfiguration(path: string, files: FileAccess): Configuration {
  const text = files.read(path);
  if (text === undefined) return {};
  const plain = text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1')
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, '$1');
  try {
    const read: unknown = JSON.parse(plain);
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    return {};
  }
}

function absolute(path: string, besides: string): string {
  const joined = isAbsolutePath(path) ? path : `${folderOf(besides)}/${path}`;
  const parts: string[] = [];
  for (const part of pathKey(joined).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/').replace(/\/$/, '');
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
