import { renameSync, writeFileSync } from 'fs';
import { join } from 'path';
import { SPOOL_EXTENSION } from '../../protocol/preload';
import type { BatchOrigin } from './batch';

/** Writes what could not be sent to files, synchronously: a process that exits runs no event loop any more. */
export class Spool {
  private files = 0;

  /** `folder` exists; undefined where there is none: everything is lost then. */
  constructor(
    private readonly folder: string | undefined,
    private readonly origin: BatchOrigin,
  ) {}

  /** False when it could not be written. Readers never see half a file. */
  write(text: string): boolean {
    if (!this.folder) return false;
    const { pid, thread } = this.origin;
    const file = join(this.folder, `${pid}-${thread}-${Date.now().toString(36)}-${++this.files}${SPOOL_EXTENSION}`);
    try {
      writeFileSync(`${file}.tmp`, text);
      renameSync(`${file}.tmp`, file);
      return true;
    } catch {
      return false;
    }
  }
}
