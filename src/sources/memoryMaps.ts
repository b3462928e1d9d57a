import { errorMessage, type Log } from '../base/log';
import { pathKey } from '../base/paths';
import { FileMap, fileUrl } from './sourceMaps';

/** Characters of maps that one run's programs may have kept here. */
const MAX_CHARACTERS = 256 * 1024 * 1024;

interface Entry {
  readonly json: string;
  parsed?: FileMap;
}

/**
 * Source maps that exist only in the programs' memory: kept as text until they are needed, the oldest given up when they are too
 * many.
 */
export class MemoryMaps {
  private readonly entries = new Map<string, Entry>();
  /** Keys of the entries by what their files are called as paths: loaders and frames do not always spell a file alike. */
  private readonly names = new Map<string, string>();
  private characters = 0;

  constructor(private readonly log: Log) {}

  /** `file`: as the program's frames name it, a path or a URL. A later map of the same file counts. */
  add(pid: number, file: string, json: string): void {
    this.drop(keyOf(pid, file));
    this.entries.set(keyOf(pid, file), { json });
    this.names.set(keyOf(pid, pathKey(file)), keyOf(pid, file));
    this.characters += json.length;
    for (const oldest of this.entries.keys()) {
      if (this.characters <= MAX_CHARACTERS) break;
      this.drop(oldest);
    }
  }

  of(pid: number, file: string): FileMap | undefined {
    const entry =
      this.entries.get(keyOf(pid, file)) ?? this.entries.get(this.names.get(keyOf(pid, pathKey(file))) ?? '');
    return entry && (entry.parsed ??= this.parse(entry.json, file));
  }

  private parse(json: string, file: string): FileMap {
    try {
      return FileMap.parse(json, fileUrl(pathKey(file)));
    } catch (error) {
      this.log.warn(`The source map that the program has of ${file} cannot be read: ${errorMessage(error)}`);
      return FileMap.missing(file);
    }
  }

  private drop(key: string): void {
    this.characters -= this.entries.get(key)?.json.length ?? 0;
    this.entries.delete(key);
  }
}

function keyOf(pid: number, file: string): string {
  return `${pid}\n${file}`;
}
