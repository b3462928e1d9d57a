import { readFileSync, statSync } from 'node:fs';

/** A larger file is no code that somebody steps through. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** What source locations need of the file system; paths as `pathKey` writes them. */
export interface FileAccess {
  /** Undefined when there is no such file or it cannot be read. */
  read(path: string): string | undefined;
  /** Differs whenever the file has changed; undefined when there is none. */
  stamp(path: string): string | undefined;
}

export const localFiles: FileAccess = {
  read(path) {
    try {
      return statSync(path).size > MAX_FILE_BYTES ? undefined : readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  stamp(path) {
    try {
      const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
      return stats?.isFile() ? `${stats.mtimeNs}/${stats.size}` : undefined;
    } catch {
      // Names come from senders: too long, with a NUL in them, or of a folder that nobody may look into.
      return undefined;
    }
  },
};
