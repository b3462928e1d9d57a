/** What of the workspace a path of elsewhere may be. */
export interface SuffixMatch {
  /** Files that share the longest end with it, and how many parts that are. */
  readonly files: readonly string[];
  readonly shared: number;
  /** One of {@link files} that lies so deep in its workspace folder as is shared, when it is the only one. */
  readonly rooted?: string;
}

/**
 * Of the files `named` like it those that share the longest end with `path`. Case counts only between files that would be equal
 * without it: programs from Windows write as they please. All as `pathKey` writes them.
 */
export function suffixMatch(path: string, named: readonly string[], folders: readonly string[]): SuffixMatch {
  const wanted = partsOf(path);
  let best: Sharing[] = [];
  for (const file of named) {
    const sharing = sharedEnd(wanted, file);
    const [first] = best;
    const order = first ? compare(sharing, first) : 1;
    if (order > 0) best = [sharing];
    else if (order === 0) best.push(sharing);
  }
  const shared = best[0]?.parts ?? 0;
  const rooted = best.filter(({ file }) => depthIn(folders, file) <= shared);
  return {
    files: best.map(({ file }) => file).sort(),
    shared,
    ...(rooted.length === 1 && { rooted: rooted[0].file }),
  };
}

interface Sharing {
  readonly file: string;
  readonly parts: number;
  /** Parts that agree in case, too. */
  readonly exact: number;
}

function compare(a: Sharing, b: Sharing): number {
  return a.parts - b.parts || a.exact - b.exact;
}

function sharedEnd(wanted: readonly string[], file: string): Sharing {
  const own = partsOf(file);
  let parts = 0;
  let exact = 0;
  while (parts < wanted.length && parts < own.length) {
    const [a, b] = [wanted[wanted.length - 1 - parts], own[own.length - 1 - parts]];
    if (a.toLowerCase() !== b.toLowerCase()) break;
    if (a === b) exact++;
    parts++;
  }
  return { file, parts, exact };
}

/** `webpack://shop/./src/a.ts` and `/srv/../src/a.ts` end alike. */
export function partsOf(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.replace(/^[a-z][a-z0-9+.-]+:\/\//i, '').split(/[\\/]/))
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return parts;
}

/** Parts of the path below its workspace folder. */
function depthIn(folders: readonly string[], file: string): number {
  const folder = folders.find((candidate) => file.startsWith(`${candidate}/`));
  return folder === undefined ? Infinity : partsOf(file.slice(folder.length)).length;
}
