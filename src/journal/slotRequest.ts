import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname } from 'node:path';

/** A request that nobody withdrew within that time was left by an engine that is gone. */
const FORGOTTEN_MS = 15_000;

/**
 * The wish for a slot that another engine holds: a file beside the slot's folder. The holder deletes it when it keeps the slot; when it
 * lets go of the slot, the request stays and keeps everybody else from it until whoever asked has taken it.
 */
export class SlotRequest {
  private readonly token = randomUUID();
  private isPlaced = false;

  constructor(readonly folder: string) {}

  /** Asks unless it did, or while somebody else is asking. False once it was refused. */
  ask(): boolean {
    if (this.isPlaced) return readRequest(this.folder) === this.token;
    if (isAskedFor(this.folder)) return true;
    try {
      fs.rmSync(requestPath(this.folder), { force: true });
      fs.writeFileSync(requestPath(this.folder), this.token, { flag: 'wx', mode: 0o600 });
      this.isPlaced = true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EEXIST';
    }
    return true;
  }

  isBy(token: string): boolean {
    return this.isPlaced && token === this.token;
  }

  withdraw(): void {
    if (this.isPlaced && readRequest(this.folder) === this.token) fs.rmSync(requestPath(this.folder), { force: true });
  }
}

/** Whether somebody waits for the slot; somebody else, where a request is given. */
export function isAskedFor(folder: string, request?: SlotRequest): boolean {
  const token = readRequest(folder);
  return token !== undefined && !request?.isBy(token);
}

/** Tells the holder of a slot that it is asked for. Not told where the system cannot watch folders: then the holder has to look. */
export class RequestWatch {
  private watcher: fs.FSWatcher | undefined;

  constructor(
    private readonly folder: string,
    wanted: () => void,
  ) {
    try {
      // The folder above, because in the slot's own something changes with every record.
      this.watcher = fs.watch(dirname(folder), { persistent: false }, (_, name) => {
        if ((name === null || name === basename(requestPath(folder))) && this.isWanted) wanted();
      });
      this.watcher.on('error', () => this.dispose());
    } catch {
      this.watcher = undefined;
    }
  }

  get isWanted(): boolean {
    return readRequest(this.folder) !== undefined;
  }

  refuse(): void {
    fs.rmSync(requestPath(this.folder), { force: true });
  }

  dispose(): void {
    this.watcher?.close();
    this.watcher = undefined;
  }
}

function requestPath(folder: string): string {
  return `${folder}.wanted`;
}

/** The token of a request that still counts. */
function readRequest(folder: string): string | undefined {
  const path = requestPath(folder);
  try {
    if (Date.now() - fs.statSync(path).mtimeMs > FORGOTTEN_MS) return undefined;
    return fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
