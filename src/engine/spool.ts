import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disposable } from '../base/disposables';
import { errorMessage, type Log } from '../base/log';
import { SPOOL_EXTENSION } from '../protocol/preload';

/** Writing the last batch and renaming it are two events a moment apart. */
const SETTLE_MS = 20;
/** Where the system has no more watches to give. */
const POLL_MS = 2_000;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Takes the content of one file; what it returns is why the file cannot be used, undefined when all is well. */
export type SpoolTaker = (content: Uint8Array) => string | undefined;

/**
 * Takes in what programs of one session left in a folder when they ended, as it appears, and deletes it. A file that cannot be read
 * is set aside and told of.
 */
export class Spool implements Disposable {
  private watcher: FSWatcher | undefined;
  private poll: NodeJS.Timeout | undefined;
  private readonly signOfLife = setInterval(() => void this.touch(), HOUR_MS).unref();
  private settle: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  private constructor(
    readonly folder: string,
    private readonly take: SpoolTaker,
    private readonly maxFileBytes: () => number,
    private readonly log: Log,
  ) {}

  /** Where the folder cannot be made, a session does without; that is logged. */
  static async open(folder: string, take: SpoolTaker, maxFileBytes: () => number, log: Log): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) =>
      log.warn(`What programs have to say at their very end is lost: ${folder} cannot be made: ${errorMessage(error)}`),
    );
    const spool = new Spool(folder, take, maxFileBytes, log);
    spool.startWatching();
    void spool.sweep();
    return spool;
  }

  /** Takes in all that is there now. Never rejects. */
  sweep(): Promise<void> {
    this.sweeping = this.sweeping.then(() => this.takeAll());
    return this.sweeping;
  }

  dispose(): void {
    this.watcher?.close();
    clearInterval(this.poll);
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

  private async takeAll(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(SPOOL_EXTENSION)).sort()) {
      const path = join(this.folder, name);
      try {
        const fault = await this.takeFile(path);
        if (fault === undefined) await rm(path, { force: true });
        else await this.setAside(path, fault);
      } catch (error) {
        await this.setAside(path, errorMessage(error));
      }
    }
  }

  private async takeFile(path: string): Promise<string | undefined> {
    const stats = await stat(path);
    if (!stats.isFile()) return 'it is no file';
    if (stats.size > this.maxFileBytes()) return `it has ${stats.size} bytes, more than a request may have`;
    return this.take(await readFile(path));
  }

  /** Under another name it is not tried again, yet can be looked at until the folder is deleted. */
  private async setAside(path: string, fault: string): Promise<void> {
    this.log.warn(`What a program left in ${path} cannot be used: ${fault}`);
    await rename(path, `${path}.damaged`)
      .catch(() => rm(path, { recursive: true, force: true }))
      .catch(() => {});
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
