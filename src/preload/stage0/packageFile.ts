/** A file in a node_modules folder. */
export interface PackageFile {
  /** As Node names it. */
  readonly filename: string;
  /** Folder of the package, as in `filename`. */
  readonly folder: string;
  /** `express`, `@hapi/hapi`. */
  readonly packageName: string;
  /** In the package, with `/` on every system: `lib/route.js`. */
  readonly path: string;
}

const FOLDER = '/node_modules/';

/**
 * Undefined for a file outside the node_modules folders. Without a pattern: V8 compiles each one twice before it is fast, which in a
 * program that is just starting costs more than all the files that it is asked about.
 */
export function packageFile(filename: string): PackageFile | undefined {
  const text = filename.indexOf('\\') < 0 ? filename : filename.split('\\').join('/');
  const at = text.lastIndexOf(FOLDER);
  if (at < 0) return undefined;
  const start = at + FOLDER.length;
  let end = text.indexOf('/', start);
  if (end > 0 && text.charAt(start) === '@') end = text.indexOf('/', end + 1);
  if (end < 0) return undefined;
  return {
    filename,
    folder: filename.slice(0, end),
    packageName: text.slice(start, end),
    path: text.slice(end + 1),
  };
}

/** Whether it is that file of the package. */
export function isFileOf(file: PackageFile, packageName: string, path: string): boolean {
  return file.path === path && file.packageName === packageName;
}
