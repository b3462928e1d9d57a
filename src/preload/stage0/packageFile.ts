/** A file of a package, as a rule in a node_modules folder. */
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

let asked: string | undefined;
let answer: PackageFile | undefined;

/**
 * Undefined for a file outside the node_modules folders, unless it is a copy of a package's. The last answer is kept: a module that loads
 * is asked about several times in a row.
 */
export function packageFile(filename: string): PackageFile | undefined {
  if (filename === asked) return answer;
  answer = placeOf(filename);
  asked = filename;
  return answer;
}

/**
 * Without a pattern: V8 compiles each one twice before it is fast, which in a program that is just starting costs more than all the
 * files that it is asked about.
 */
function placeOf(filename: string): PackageFile | undefined {
  const text = filename.indexOf('\\') < 0 ? filename : filename.split('\\').join('/');
  const at = text.lastIndexOf(FOLDER);
  if (at < 0) return copiedFile(filename, text);
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

/** Files of Prisma's client, which it copies to where the program wants its own to be. */
const COPIED = ['runtime/library.js', 'runtime/binary.js', 'runtime/client.js'];
const COPIED_BELOW = ['/generated/', '/prisma/'];
const COPIED_PACKAGE = '@prisma/client';

function copiedFile(filename: string, text: string): PackageFile | undefined {
  if (text.indexOf('/runtime/') < 0 || COPIED_BELOW.every((folder) => text.indexOf(folder) < 0)) return undefined;
  const path = COPIED.filter((each) => text.slice(-each.length - 1) === '/' + each)[0];
  if (path === undefined) return undefined;
  return { filename, folder: filename.slice(0, -path.length - 1), packageName: COPIED_PACKAGE, path };
}
