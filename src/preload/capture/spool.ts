import { join } from 'path';
import { JOURNAL_FOLDER, SPOOL_EXTENSION } from '../../protocol/preload';
import type { Host } from '../host';
import type { BatchOrigin } from './batch';

/** A journal is written anew beyond so many characters: most of what is in it has long been taken by the engine. */
const COMPACT_AT = 1024 * 1024;

/**
 * What must outlive the process, in files written synchronously. A process that exits runs no event loop any more; one that is killed
 * runs nothing at all, and what it had handed to the system by then stays.
 */
export class Spool {
  private files = 0;
  private journal: { readonly file: number; readonly path: string; size: number } | undefined;
  private canJournal: boolean;

  /** `folder` exists; undefined where there is none: what cannot be sent is lost then. */
  constructor(
    private readonly folder: string | undefined,
    private readonly origin: BatchOrigin,
    private readonly system: Host['files'],
  ) {
    this.canJournal = folder !== undefined;
  }

  /** Whether {@link note} has worked so far, and may be tried. */
  get hasJournal(): boolean {
    return this.canJournal;
  }

  /** A file of its own, of the parts of a batch. False when it could not be written. Readers never see half of it. */
  write(parts: readonly string[]): boolean {
    if (!this.folder) return false;
    const file = join(this.folder, this.newName());
    try {
      this.system.writeFileSync(`${file}.tmp`, parts.join(''));
      this.system.renameSync(`${file}.tmp`, file);
      return true;
    } catch {
      return false;
    }
  }

  /** Adds a part of a batch to the journal. False when that failed: there is no journal then any more. */
  note(part: string): boolean {
    return this.tryJournal((journal) => {
      journal.size += part.length;
      this.system.writeSync(journal.file, part);
    });
  }

  /** Most of the journal is of no use any more, should all that is in it have been taken. */
  get isLong(): boolean {
    return this.journal !== undefined && this.journal.size > COMPACT_AT;
  }

  /** Has the journal hold these parts and nothing else. */
  rewrite(parts: readonly string[]): void {
    const content = parts.join('');
    this.tryJournal((journal) => {
      this.system.ftruncateSync(journal.file, 0);
      this.system.writeSync(journal.file, content);
      journal.size = content.length;
    });
  }

  /** Ends the journal with a part and hands it to the reader. False where there is none. */
  close(lastPart: string): boolean {
    const { folder, journal } = this;
    if (!folder || !journal || !this.note(lastPart)) return false;
    this.canJournal = false;
    this.journal = undefined;
    try {
      this.system.closeSync(journal.file);
      this.system.renameSync(journal.path, join(folder, this.newName()));
    } catch {
      // it is found as that of a process that is gone
    }
    return true;
  }

  /** Writes no more. A journal that was begun is left to whoever reads it when the process is gone. */
  abandon(): void {
    this.canJournal = false;
    const { journal } = this;
    this.journal = undefined;
    try {
      if (journal) this.system.closeSync(journal.file);
    } catch {
      // it was closed by somebody else
    }
  }

  private tryJournal(act: (journal: { readonly file: number; size: number }) => void): boolean {
    if (!this.canJournal || !this.folder) return false;
    try {
      this.journal ??= this.open(join(this.folder, JOURNAL_FOLDER, this.newName()));
      act(this.journal);
      return true;
    } catch {
      this.canJournal = false;
      return false;
    }
  }

  private open(path: string): { readonly file: number; readonly path: string; size: number } {
    return { file: this.system.openSync(path, 'a', 0o600), path, size: 0 };
  }

  private newName(): string {
    const { pid, thread } = this.origin;
    return `${pid}-${thread}-${Date.now().toString(36)}${++this.files}${SPOOL_EXTENSION}`;
  }
}
