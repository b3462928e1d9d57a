import { isAbsolutePath, pathKey } from '../base/paths';
import type { FileAccess } from './fileAccess';

export interface OriginalFile {
  /** As `pathKey` writes it. */
  readonly path: string;
  /** False when no such file is on this machine: the path is then what the map says, or the best guess. */
  readonly exists: boolean;
}

/** `webpack://name/./src/a.ts`, `turbopack:///[project]/src/a.ts`, `webpack-internal:///(rsc)/./src/a.ts` … */
const VIRTUAL_URL = /^([a-z][a-z0-9+.-]+):\/\/([^/]*)\/(.*)$/i;
const BUNDLED_MODULE = /^(?:webpack|webpack-internal|rspack|turbopack):\/\//i;
/** Layers and roots that bundlers write before a path. */
const DECORATION = /^(?:\([^)]*\)|\[project\])\//;

/**
 * The file that a source map's `source` means, already resolved against the map's URL. Bundlers name sources relative to a project
 * that they do not name: such a path is looked for in the folders above the generated file.
 */
export function originalFile(source: string, generatedPath: string, files: FileAccess): OriginalFile {
  const virtual = /^file:/i.test(source) || isAbsolutePath(source) ? undefined : VIRTUAL_URL.exec(source);
  if (!virtual) {
    const path = pathKey(source);
    const found = exists(path, files) ? path : movedFile(path, generatedPath, files);
    return { path: found ?? path, exists: found !== undefined };
  }
  const [, , authority = '', rest = ''] = virtual;
  const relative = cleaned(rest);
  const absolute = [`/${relative}`, relative].map(pathKey).find((path) => isAbsolutePath(path) && exists(path, files));
  if (absolute !== undefined) return { path: absolute, exists: true };
  const found = above(relative, generatedPath, files) ?? above(`${authority}/${relative}`, generatedPath, files);
  return found !== undefined
    ? { path: found, exists: true }
    : { path: pathKey(`${folderOf(generatedPath)}/${relative}`), exists: false };
}

/** A module's name in a bundle, which no file on a disk has. */
export function isBundledModule(file: string): boolean {
  return BUNDLED_MODULE.test(file);
}

/** Code of others: its lines are nothing that the user could open and change. */
export function isVendorPath(path: string): boolean {
  return /(?:^|[\\/])node_modules[\\/]/.test(path) || /^(?:node|ext|bun):/.test(path) || isBundlerRuntime(path);
}

function isBundlerRuntime(path: string): boolean {
  return /(?:^|\/)webpack\/(?:runtime|bootstrap|startup)\b/.test(path) || /\[turbopack\]/.test(path);
}

function cleaned(rest: string): string {
  let path = rest.replace(/[?#].*$/, '').replace(/^\/+/, '');
  for (let before = ''; before !== path;) {
    before = path;
    path = path.replace(DECORATION, '').replace(/^\.\//, '');
  }
  return decode(path);
}

/** A map that was made elsewhere, or whose `sourceRoot` is wrong, often still has the end of the path right. */
function movedFile(path: string, generatedPath: string, files: FileAccess): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  for (let from = Math.max(1, parts.length - 6); from < parts.length - 1; from++) {
    const found = above(parts.slice(from).join('/'), generatedPath, files);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The file with that relative path in the nearest folder above the generated file that has one. */
function above(relative: string, generatedPath: string, files: FileAccess): string | undefined {
  for (let folder = folderOf(generatedPath); ; folder = folderOf(folder)) {
    const path = `${folder}/${relative}`;
    if (exists(path, files)) return path;
    if (folder === '' || folder === folderOf(folder)) return undefined;
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function exists(path: string, files: FileAccess): boolean {
  return files.stamp(path) !== undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray "%" is part of the name
  }
}
