import { fileURLToPath } from 'node:url';

const EXTENSIONS: Readonly<Record<string, string>> = {
  typescript: '.ts',
  typescriptreact: '.tsx',
  javascript: '.js',
  javascriptreact: '.jsx',
  vue: '.vue',
  svelte: '.svelte',
};

/**
 * The path that a document is linted under: of the file for `file:` URIs, otherwise one made from the URI with the ending of its
 * language, so that an unsaved document is parsed as what it is.
 */
export function documentPath(uri: string, languageId: string): string {
  if (uri.startsWith('file:')) {
    try {
      return fileURLToPath(uri);
    } catch {
      return uri; // a host or an encoding that this platform cannot have
    }
  }
  const extension = EXTENSIONS[languageId] ?? '.js';
  return uri.endsWith(extension) ? uri : uri + extension;
}

/** `path` below the first of `roots` that holds it, with forward slashes; the whole path where none does. */
export function relativeTo(roots: readonly string[], path: string): string {
  const slashed = path.replaceAll('\\', '/');
  for (const root of roots) {
    const folder = root.replaceAll('\\', '/').replace(/\/?$/, '/');
    if (slashed.startsWith(folder)) return slashed.slice(folder.length);
  }
  return slashed;
}
