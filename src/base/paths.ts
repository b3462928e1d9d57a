/**
 * Paths as the store keys them: absolute, forward slashes, Windows drive letters in lower case. Both flavours are handled on
 * either platform, because a trace may come from another machine than the editor's.
 */

const DRIVE = /^([A-Za-z]):[\\/]/;
const FILE_URL = /^file:\/\//i;

/** The key of a file path or `file:` URL; other text is returned with its slashes turned. */
export function pathKey(pathOrUrl: string): string {
  let path = FILE_URL.test(pathOrUrl) ? fromFileUrl(pathOrUrl) : pathOrUrl;
  if (DRIVE.test(path) || path.startsWith('\\\\')) path = path.replaceAll('\\', '/');
  return path.replace(/^([A-Z]):\//, (_, drive: string) => `${drive.toLowerCase()}:/`);
}

/** A local path from a `file:` URL: `file:///C:/a%20b` → `C:/a b`, `file://server/share` → `//server/share`. */
function fromFileUrl(url: string): string {
  const rest = url.slice('file://'.length);
  const decoded = decode(rest.replace(/[?#].*$/, ''));
  if (/^\/[A-Za-z]:/.test(decoded)) return decoded.slice(1);
  if (decoded.startsWith('/')) return decoded;
  return decoded.replace(/^localhost\//i, '/').replace(/^(?!\/)/, '//');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray "%" is part of the file's name
  }
}

/** The last part of a path of either flavour. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || DRIVE.test(path) || path.startsWith('\\\\');
}
