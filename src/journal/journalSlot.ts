import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorMessage, type Log } from '../base/log';
import { processExists, startOfProcess } from './processes';
import { isAskedFor, RequestWatch, type SlotRequest } from './slotRequest';

const LOCK = 'lock';
const SIGN_OF_LIFE_MS = 15_000;
/** A lock without a sign of life for so long has no owner, where nothing surer can be known. */
const SILENT_MS = 3 * SIGN_OF_LIFE_MS;
/** After so long without a sign of life an owner makes sure, well before others may take it for dead. */
const UNSURE_MS = 2 * SIGN_OF_LIFE_MS;
/** A lock without content is being made, unless it is older. */
const UNFINISHED_MS = 5_000;
const MOST_SLOTS = 64;

interface Lock {
  readonly token: string;
  readonly pid: number;
  /** What {@link startOfProcess} says of the owner. */
  readonly start?: string;
  readonly host: string;
}

/** Slots that engines of this thread hold, by their tokens. */
const heldHere = new Set<string>();

/** What becomes of a slot that an engine holds. */
export interface SlotHolder {
  /** Another engine has taken it for abandoned. */
  lost(): void;
  /** Another engine asks for it; may be told again until it is {@link JournalSlot.refuse refused} or released. */
  wanted(): void;
  /** It is held still, as it is every few seconds: time to see whether everything in it is. */
  held(): void;
}

/**
 * A folder that one engine at a time keeps its journal in. Engines that share a parent folder, as those of windows without a workspace
 * do, get one each: of those that nobody holds the one that was used last, so that a window that is loaded anew finds what it had. That
 * of a window that is gone waits for the next window, for a week.
 */
export class JournalSlot {
  private readonly signOfLife = setInterval(() => this.giveSignOfLife(), SIGN_OF_LIFE_MS).unref();
  private readonly watch: RequestWatch;
  private seenOwnAt = Date.now();

  private constructor(
    readonly folder: string,
    private readonly token: string,
    private readonly holder: SlotHolder,
  ) {
    this.watch = new RequestWatch(folder, () => holder.wanted());
  }

  /** Throws what the file system throws. */
  static acquire(parent: string, holder: SlotHolder): JournalSlot {
    makeFolder(parent);
    for (const folder of candidates(parent)) {
      makeFolder(folder);
      const token = lock(folder);
      if (token !== undefined) return new JournalSlot(folder, token, holder);
    }
    throw new Error(`all ${MOST_SLOTS} folders of ${parent} are in use`);
  }

  /** A slot that somebody else holds, once it was let go of; undefined as long as it is not. */
  static takeOver(request: SlotRequest, holder: SlotHolder): JournalSlot | undefined {
    const token = lock(request.folder, request);
    if (token === undefined) return undefined;
    request.withdraw();
    return new JournalSlot(request.folder, token, holder);
  }

  /** The next engine may have it. */
  release(): void {
    clearInterval(this.signOfLife);
    this.watch.dispose();
    heldHere.delete(this.token);
    if (readLock(this.folder)?.token === this.token) fs.rmSync(join(this.folder, LOCK), { force: true });
  }

  /** There is nothing in it any more that another engine could want. */
  abandon(): void {
    this.release();
    try {
      fs.rmdirSync(this.folder);
    } catch {
      // Something is left in it after all: it waits for the next window like any other.
    }
  }

  /** Whoever asked for it does without. */
  refuse(): void {
    this.watch.refuse();
  }

  /** Another engine holds the folder. */
  get isTaken(): boolean {
    const held = readLock(this.folder);
    return held !== undefined && held.token !== this.token;
  }

  get isWanted(): boolean {
    return this.watch.isWanted;
  }

  /**
   * Whether it is this engine's still; to be asked before something is written. A process that stood still for a while, as the machine
   * slept, may have been taken for dead: only then the disk is asked.
   */
  isOwn(): boolean {
    return Math.abs(Date.now() - this.seenOwnAt) < UNSURE_MS || this.prolong();
  }

  private giveSignOfLife(): void {
    if (!this.prolong()) return this.holder.lost();
    if (this.isWanted) this.holder.wanted();
    this.holder.held();
  }

  private prolong(): boolean {
    try {
      if (readLock(this.folder)?.token !== this.token) return false;
      const now = new Date();
      fs.utimesSync(join(this.folder, LOCK), now, now);
      this.seenOwnAt = now.getTime();
    } catch {
      // A folder that cannot be touched cannot be written either, and that is told.
    }
    return true;
  }
}

/** Folders below `parent` that others hold now. */
export function heldSlots(parent: string, own: JournalSlot): string[] {
  return slotFolders(parent).filter((folder) => folder !== own.folder && isHeld(folder));
}

/** Whether an engine holds a folder below `parent`. */
export function isInUse(parent: string): boolean {
  return slotFolders(parent).some(isHeld);
}

/** Holds, one after the other, the folders below `parent` that nobody holds and nobody used for `unusedMs`, while `visit` is at them. */
export async function visitFreeSlots(
  parent: string,
  unusedMs: number,
  log: Log,
  visit: (folder: string) => Promise<void>,
): Promise<void> {
  for (const folder of slotFolders(parent)) {
    try {
      const { mtimeMs } = await fs.promises.stat(folder);
      if (Date.now() - mtimeMs < unusedMs) continue;
      const token = lock(folder);
      if (token === undefined) continue;
      await visit(folder).finally(() => {
        heldHere.delete(token);
        fs.rmSync(join(folder, LOCK), { force: true });
      });
    } catch (error) {
      log.debug(`Cannot tidy up the journal in ${folder}: ${errorMessage(error)}`);
    }
  }
}

function makeFolder(path: string): void {
  try {
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    // Of a read-only disk the recursive call says that the folder is missing.
    fs.mkdirSync(path, { mode: 0o700 });
  }
}

/** The folders there are, in no order. */
function slotFolders(parent: string): string[] {
  try {
    return fs.readdirSync(parent).flatMap((name) => (/^\d+$/.test(name) ? join(parent, name) : []));
  } catch {
    return [];
  }
}

/** Those there are, the last used first, then new ones. */
function candidates(parent: string): string[] {
  const present = slotFolders(parent);
  const used = new Map(present.map((folder) => [folder, lastUse(folder)]));
  present.sort((a, b) => used.get(b)! - used.get(a)!);
  const numbered = Array.from({ length: MOST_SLOTS }, (_, index) => join(parent, String(index + 1)));
  return [...new Set([...present, ...numbered])].slice(0, MOST_SLOTS);
}

/** By its folder, in which the lock and every segment were made, and by the lock's sign of life. */
function lastUse(folder: string): number {
  return Math.max(
    ...[folder, join(folder, LOCK)].map((path) => fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
}

function isHeld(folder: string): boolean {
  const held = readLock(folder);
  return held !== undefined && isOwned(held, join(folder, LOCK));
}

/** The token by which the folder is held now; undefined when somebody else holds it or, but for `request`, has asked for it. */
function lock(folder: string, request?: SlotRequest): string | undefined {
  const path = join(folder, LOCK);
  const held = readLock(folder);
  if (held && isOwned(held, path)) return undefined;
  if (isAskedFor(folder, request)) return undefined;
  // Of several engines that find the same dead lock one moves it away; whoever moves a living one puts it back.
  if (held && !moveAway(path, held.token)) return undefined;
  const token = randomUUID();
  const content: Lock = { token, pid: process.pid, start: startOfProcess(process.pid), host: hostname() };
  try {
    fs.writeFileSync(path, JSON.stringify(content), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  heldHere.add(token);
  return token;
}

function moveAway(path: string, token: string): boolean {
  const aside = `${path}.${randomUUID()}`;
  try {
    fs.renameSync(path, aside);
    const moved = parseLock(fs.readFileSync(aside, 'utf8'));
    if (moved.token !== token) fs.linkSync(aside, path);
    fs.rmSync(aside, { force: true });
    return moved.token === token;
  } catch {
    return false;
  }
}

function readLock(folder: string): Lock | undefined {
  try {
    return parseLock(fs.readFileSync(join(folder, LOCK), 'utf8'));
  } catch {
    return undefined;
  }
}

const UNREADABLE: Lock = { token: '', pid: 0, host: '' };

function parseLock(text: string): Lock {
  try {
    const { token, pid, start, host } = JSON.parse(text) as Partial<Lock>;
    if (typeof token !== 'string' || typeof pid !== 'number' || typeof host !== 'string') return UNREADABLE;
    return { token, pid, host, ...(typeof start === 'string' && { start }) };
  } catch {
    return UNREADABLE;
  }
}

function isOwned(held: Lock, path: string): boolean {
  if (held === UNREADABLE) return isYounger(path, UNFINISHED_MS);
  if (held.host !== hostname()) return isYounger(path, SILENT_MS);
  // Of its own process an engine knows that the one before it has ended: a window has one at a time.
  if (held.pid === process.pid) return heldHere.has(held.token);
  if (!processExists(held.pid)) return false;
  const start = startOfProcess(held.pid);
  if (held.start !== undefined && start !== undefined) return held.start === start;
  return isYounger(path, SILENT_MS);
}

function isYounger(path: string, ms: number): boolean {
  try {
    return Date.now() - fs.statSync(path).mtimeMs < ms;
  } catch {
    return false;
  }
}
