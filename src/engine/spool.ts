import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disposable } from '../base/disposables';
import { errorMessage, type Log } from '../base/log';
import { JOURNAL_FOLDER, SPOOL_EXTENSION } from '../protocol/preload';

/** Writing the last batch and renaming it are two events a moment apart. */
const SETTLE_MS = 20;
/** Where the system has no more watches to give. */
const POLL_MS = 2_000;
/** How often it is looked whether a program with a journal is still there; several times what one takes to send what is in it. */
const JOURNAL_WATCH_MS = 500;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

export interface SpoolReaders {
  /**
   * Takes the content of one file. `isGone`: it is the journal of a thread that will leave no other. What it returns is why the file
   * cannot be used, undefined when all is well.
   */
  take(content: Uint8Array, isGone: boolean): string | undefined;
  /** Takes what is in the journal of a thread that goes on, as far as it was not sent. */
  takeUnsent(journal: Uint8Array): void;
}

/** A journal at the last look. */
interface Looked {
  readonly size: number;
  /** It had not grown since the look before, and was read. */
  readonly isRead: boolean;
}

/**
 * Takes in what programs of one session left in a folder when they ended, as it appears, and deletes it; of one that was killed, its
 * journal; and of a thread that stands still, as workers of pools do between tasks, what it has not sent. A file that cannot be read is
 * set aside and told of.
 */
export class Spool implements Disposable {
  private watcher: FSWatcher | undefined;
  private poll: NodeJS.Timeout | undefined;
  private readonly journalWatch = setInterval(() => void this.lookAtJournals(), JOURNAL_WATCH_MS).unref();
  private readonly looked = new Map<string, Looked>();
  private readonly signOfLife = setInterval(() => void this.touch(), HOUR_MS).unref();
  private settle: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  private constructor(
    readonly folder: string,
    private readonly readers: SpoolReaders,
    private readonly maxFileBytes: () => number,
    private readonly log: Log,
  ) {}

  /** Where the folder cannot be made, a session does without; that is logged. */
  static async open(folder: string, readers: SpoolReaders, maxFileBytes: () => number, log: Log): Promise<Spool> {
    await mkdir(join(folder, JOURNAL_FOLDER), { recursive: true, mode: 0o700 }).catch((error: unknown) =>
      log.warn(`What programs have to say at their very end is lost: ${folder} cannot be made: ${errorMessage(error)}`),
    );
    const spool = new Spool(folder, readers, maxFileBytes, log);
    spool.startWatching();
    void spool.sweep();
    return spool;
  }

  /**
   * Takes in all that is there now: journals of processes that are gone, or `all`, where nobody will look again. Never rejects.
   */
  sweep(journals: 'gone' | 'all' = 'gone'): Promise<void> {
    this.sweeping = this.sweeping.then(async () => {
      await this.takeAll(this.folder, () => true);
      await this.takeAll(this.journals, (name) => journals === 'all' || isGone(pidOf(name)));
    });
    return this.sweeping;
  }

  /** Takes in the journal of a thread that is gone while its process goes on. Never rejects. */
  takeThread(pid: number, thread: number): Promise<void> {
    this.sweeping = this.sweeping.then(() =>
      this.takeAll(this.journals, (name) => name.startsWith(`${pid}-${thread}-`)),
    );
    return this.sweeping;
  }

  /** Processes that have a journal. */
  async journaling(): Promise<number[]> {
    return (await this.journalNames()).map(pidOf);
  }

  /** Without those that were set aside. */
  private async journalNames(): Promise<string[]> {
    const names = await readdir(this.journals).catch(() => []);
    return names.filter((name) => name.endsWith(SPOOL_EXTENSION));
  }

  dispose(): void {
    this.watcher?.close();
    clearInterval(this.poll);
    clearInterval(this.journalWatch);
    clearInterval(this.signOfLife);
    clearTimeout(this.settle);
  }

  /** Deletes the folder with all that is left in it. */
  async remove(): Promise<void> {
    this.dispose();
    await rm(this.folder, { recursive: true, force: true }).catch((error: unknown) =>
      this.log.debug(`Cannot delete ${this.folder}: ${errorMessage(error)}`),
    );
  }

  /** A window that starts deletes folders that were not touched for a day; a debug session may last longer. */
  private async touch(): Promise<void> {
    const now = new Date();
    await utimes(this.folder, now, now).catch(() => {});
  }

  private startWatching(): void {
    try {
      this.watcher = watch(this.folder, { persistent: false }, () => this.soon());
      this.watcher.on('error', (error) => this.startPolling(error));
    } catch (error) {
      this.startPolling(error);
    }
  }

  private startPolling(error: unknown): void {
    this.watcher?.close();
    this.watcher = undefined;
    if (this.poll) return;
    this.log.debug(`Cannot watch ${this.folder} (${errorMessage(error)}); looking every ${POLL_MS} ms`);
    this.poll = setInterval(() => void this.sweep(), POLL_MS).unref();
  }

  private soon(): void {
    this.settle ??= setTimeout(() => {
      this.settle = undefined;
      void this.sweep();
    }, SETTLE_MS).unref();
  }

  private get journals(): string {
    return join(this.folder, JOURNAL_FOLDER);
  }

  private async lookAtJournals(): Promise<void> {
    const names = await this.journalNames();
    for (const name of this.looked.keys()) if (!names.includes(name)) this.looked.delete(name);
    if (names.some((name) => isGone(pidOf(name)))) return this.sweep();
    for (const name of names) await this.lookAt(name).catch(() => {}); // it was taken or written anew meanwhile
  }

  private async lookAt(name: string): Promise<void> {
    const path = join(this.journals, name);
    const { size } = await stat(path);
    const before = this.looked.get(name);
    const rests = before?.size === size;
    this.looked.set(name, { size, isRead: rests });
    if (rests && !before.isRead && size > 0) this.readers.takeUnsent(await readFile(path));
  }

  private async takeAll(folder: string, wanted: (name: string) => boolean): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(SPOOL_EXTENSION) && wanted(each)).sort()) {
      const path = join(folder, name);
      try {
        const fault = await this.takeFile(path, folder === this.journals);
        if (fault === undefined) await rm(path, { force: true });
        else await this.setAside(path, fault);
      } catch (error) {
        await this.setAside(path, errorMessage(error));
      }
    }
  }

  private async takeFile(path: string, isGone: boolean): Promise<string | undefined> {
    const stats = await stat(path);
    if (!stats.isFile()) return 'it is no file';
    if (!isGone && stats.size > this.maxFileBytes()) return `it has ${stats.size} bytes, more than a request may have`;
    return this.readers.take(await readFile(path), isGone);
  }

  /** Under another name it is not tried again, yet can be looked at until the folder is deleted. */
  private async setAside(path: string, fault: string): Promise<void> {
    this.log.warn(`What a program left in ${path} cannot be used: ${fault}`);
    await rename(path, `${path}.damaged`)
      .catch(() => rm(path, { recursive: true, force: true }))
      .catch(() => {});
  }
}

function pidOf(journal: string): number {
  return parseInt(journal, 10);
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Deletes spool folders that no window of the editor can still be using. What is in them belongs to runs that nobody remembers.
 */
export async function deleteStaleSpools(parent: string, log: Log, now = Date.now()): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const folder = join(parent, name);
    try {
      const { mtimeMs } = await stat(folder);
      if (now - mtimeMs > DAY_MS) await rm(folder, { recursive: true, force: true });
    } catch (error) {
      log.debug(`Cannot look at ${folder}: ${errorMessage(error)}`);
    }
  }
}
