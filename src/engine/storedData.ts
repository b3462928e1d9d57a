import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, type Log } from '../base/log';
import { isInUse } from '../journal/journalSlot';
import { ageJournals, deleteJournals, journalFolder } from '../journal/oldJournals';
import type { EngineOptions, EngineSettings, OtherStorages, StoredData } from '../protocol/engine';
import { pinnedRecords } from './pinnedRecords';
import { deleteStaleSpools } from './spool';

const PAUSES = 'pauses.json';
const SPOOL = 'spool';
/** Below the folder that all windows share, for programs and for the analysis. */
const CODE = ['preload', 'compiled'];

/** Looked at when the start is long over, since none of it is urgent. */
const AGEING_AFTER_MS = 30_000;

export type StoredOptions = Pick<EngineOptions, 'storageDir' | 'windows' | 'otherStorages' | 'maxJournalAgeMs'>;

/** What is on disk for this workspace and for all others, and what becomes of it. */
export class StoredFolders {
  private readonly ageing: NodeJS.Timeout;
  private maxAgeMs: number | undefined;

  constructor(
    private readonly options: StoredOptions,
    private readonly log: Log,
  ) {
    this.maxAgeMs = options.maxJournalAgeMs;
    this.ageing = setTimeout(() => void this.deleteOld(), AGEING_AFTER_MS).unref();
  }

  configure({ maxJournalAgeMs }: Pick<EngineSettings, 'maxJournalAgeMs'>): void {
    if (maxJournalAgeMs === this.maxAgeMs) return;
    this.maxAgeMs = maxJournalAgeMs;
    this.ageing.refresh();
  }

  dispose(): void {
    clearTimeout(this.ageing);
  }

  async measure(): Promise<StoredData> {
    const { storageDir, windows } = this.options;
    const others = { bytes: 0, folders: 0, inUse: 0 };
    for (const folder of await this.others()) {
      const bytes = await dataIn(folder);
      if (bytes === 0) continue;
      others.bytes += bytes;
      others.folders++;
      if (isInUse(journalFolder(folder))) others.inUse++;
    }
    const code = windows ? CODE.map((name) => sizeOf(join(windows.sharedDir, name))) : [];
    return { own: await dataIn(storageDir), others, code: sum(await Promise.all(code)) };
  }

  /** Deletes what no window uses, and gives the bytes of it. */
  async deleteOthers(): Promise<number> {
    let freed = 0;
    for (const folder of await this.others()) {
      const before = await dataIn(folder);
      await deleteJournals(folder, this.log);
      await this.deleteRest(folder);
      freed += before - (await dataIn(folder));
    }
    return freed;
  }

  /** What no window has written for so long goes, but for pinned traces. */
  async deleteOld(): Promise<void> {
    const { log, maxAgeMs } = this;
    if (maxAgeMs === undefined) return;
    let [freed, folders] = [0, 0];
    for (const folder of await this.others()) {
      const before = await dataIn(folder);
      await ageJournals(folder, maxAgeMs, pinnedRecords, log);
      await this.deleteRest(folder);
      const less = before - (await dataIn(folder));
      freed += less;
      if (less > 0) folders++;
    }
    if (freed > 0)
      log.info(
        `Deleted ${freed} bytes in the journals of ${folders} workspaces that were not opened for as long as "spanline.journal.maxAgeDays" says`,
      );
  }

  /** What is of use only together with a journal. */
  private async deleteRest(folder: string): Promise<void> {
    const [journal, spool] = [journalFolder(folder), join(folder, SPOOL)];
    await deleteStaleSpools(spool, this.log);
    await deleteEmpty(journal);
    if (await isThere(journal)) return;
    await rm(join(folder, PAUSES), { force: true });
    await deleteEmpty(spool);
    await deleteEmpty(folder);
  }

  private async others(): Promise<string[]> {
    const { windows, otherStorages, storageDir } = this.options;
    const folders = windows ? [windows.sharedDir] : [];
    if (otherStorages) folders.push(...(await this.workspaces(otherStorages)));
    const present = await Promise.all(folders.map(async (folder) => folder !== storageDir && (await isThere(folder))));
    return folders.filter((_, index) => present[index]);
  }

  private async workspaces({ parent, name }: OtherStorages): Promise<string[]> {
    try {
      return (await readdir(parent)).map((id) => join(parent, id, name));
    } catch (error) {
      this.log.debug(`Cannot look at ${parent}: ${errorMessage(error)}`);
      return [];
    }
  }
}

async function deleteEmpty(folder: string): Promise<void> {
  // Refused where something is left in it.
  await rmdir(folder).catch(() => {});
}

/** Bytes of what was received by the windows that keep it there. */
async function dataIn(folder: string): Promise<number> {
  const pauses = (await stat(join(folder, PAUSES)).catch(() => undefined))?.size ?? 0;
  return pauses + (await sizeOf(journalFolder(folder))) + (await sizeOf(join(folder, SPOOL)));
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** Of all files below the folder; of those that go meanwhile, nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => undefined))?.size ?? 0));
  return sum(sizes);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
