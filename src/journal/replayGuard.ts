import * as fs from 'node:fs';
import { join } from 'node:path';

const MARKER = 'replaying';
/** Engines of one process that may end over the same segment before it is left alone. */
const ATTEMPTS = 2;

interface Marker {
  readonly pid: number;
  readonly sequence: number;
  readonly attempts: number;
}

/**
 * Remembers on disk which segment is being read: a request that ends the engine must not end every engine after it. Only ends that the
 * process survived count; a process that is killed or reloaded says nothing about what its engine was reading. Where the marker cannot
 * be written, every segment may be read.
 */
export class ReplayGuard {
  private readonly path: string;
  private readonly left: Marker | undefined;

  constructor(folder: string) {
    this.path = join(folder, MARKER);
    this.left = readMarker(this.path);
  }

  /** Whether the segment may be read; it is the one under way from now on. */
  begin(sequence: number): boolean {
    const { left } = this;
    const isAgain = left !== undefined && left.pid === process.pid && left.sequence === sequence;
    const attempts = isAgain ? left.attempts + 1 : 1;
    if (attempts > ATTEMPTS) return false;
    try {
      fs.writeFileSync(this.path, JSON.stringify({ pid: process.pid, sequence, attempts }), { mode: 0o600 });
    } catch {
      // A disk that is full or read-only is told of by whoever writes to it for the journal's sake.
    }
    return true;
  }

  end(): void {
    fs.rmSync(this.path, { force: true });
  }
}

function readMarker(path: string): Marker | undefined {
  try {
    const { pid, sequence, attempts } = JSON.parse(fs.readFileSync(path, 'utf8')) as Partial<Marker>;
    if (typeof pid !== 'number' || typeof sequence !== 'number' || typeof attempts !== 'number') return undefined;
    return { pid, sequence, attempts };
  } catch {
    return undefined;
  }
}
