import { realpath } from 'node:fs/promises';
import { pathKey } from '../base/paths';

/** The most paths that are remembered; beyond that it starts anew. */
const MOST_PATHS = 2000;

/**
 * The keys under which the store may know a file: programs name files by their real path, editors by the one they were opened by,
 * and the two differ where a folder on the way is a link.
 */
export class RealPaths {
  private readonly keysByPath = new Map<string, readonly string[]>();

  /** The path as given first. A file that does not exist has that key only. */
  async keys(fsPath: string): Promise<readonly string[]> {
    const known = this.keysByPath.get(fsPath);
    if (known) return known;
    const given = pathKey(fsPath);
    const real = await realpath(fsPath).then(pathKey, () => undefined);
    if (real === undefined) return [given];
    const keys = real === given ? [given] : [given, real];
    if (this.keysByPath.size >= MOST_PATHS) this.keysByPath.clear();
    this.keysByPath.set(fsPath, keys);
    return keys;
  }
}
