import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, type Log } from '../base/log';
import { isOlder, type RecordsOf, thinOut } from './agedSegment';
import { visitFreeSlots } from './journalSlot';
import { listSegments } from './segmentFiles';
import { readPins } from './slotTexts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** What windows of this workspace left that are gone waits so long for the next window. */
const KEPT_MS = 7 * DAY_MS;
/** What is beside a segment under its name: one that was set aside, or an attempt to write one anew that was ended. */
const BESIDE_SEGMENT = /^\d{8}\.spj\../;

/** Below the engine's folder. */
export function journalFolder(storageDir: string): string {
  return join(storageDir, 'journal');
}

/** What journals below the engine's folder hold is deleted, but for those that an engine is writing. */
export async function deleteJournals(storageDir: string, log: Log): Promise<void> {
  const remove = (folder: string) => rm(folder, { recursive: true, force: true });
  await visitFreeSlots(journalFolder(storageDir), -Infinity, log, remove);
}

/** What windows left that are gone, below the engine's own folder. */
export async function tidyUp(storageDir: string, recordsOf: RecordsOf, log: Log): Promise<void> {
  await ageJournals(storageDir, KEPT_MS, recordsOf, log);
}

/** Journals below an engine's folder that nobody holds and nobody has written for so long go, but for what is pinned. */
export async function ageJournals(
  storageDir: string,
  olderThanMs: number,
  recordsOf: RecordsOf,
  log: Log,
): Promise<void> {
  await visitFreeSlots(journalFolder(storageDir), olderThanMs, log, async (folder) => {
    const rescue = { traceIds: readPins(folder), recordsOf };
    let left = 0;
    for (const segment of listSegments(folder)) left += await thinOut(segment, rescue);
    if (left === 0) await rm(folder, { recursive: true, force: true });
    else await deleteBesideSegments(folder, -Infinity, log);
  });
}

/** The same of a journal whose segments nobody writes at this moment. `changed`: told what is left of each, in bytes. */
export async function ageSegments(
  folder: string,
  olderThanMs: number,
  recordsOf: RecordsOf,
  log: Log,
  changed: (sequence: number, bytes: number) => void,
): Promise<number> {
  const rescue = { traceIds: readPins(folder), recordsOf };
  let freed = 0;
  for (const segment of listSegments(folder)) {
    if (!(await isOlder(segment, olderThanMs))) break;
    const bytes = await thinOut(segment, rescue);
    changed(segment.sequence, bytes);
    freed += segment.bytes - bytes;
  }
  await deleteBesideSegments(folder, olderThanMs, log);
  return freed;
}

async function deleteBesideSegments(folder: string, olderThanMs: number, log: Log): Promise<void> {
  for (const name of (await readdir(folder)).filter((name) => BESIDE_SEGMENT.test(name))) {
    const path = join(folder, name);
    try {
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > olderThanMs) await rm(path, { force: true });
    } catch (error) {
      log.debug(`Cannot delete ${path}: ${errorMessage(error)}`);
    }
  }
}
