import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage, type Log } from '../base/log';
import type { RunId } from '../model/ids';
import type { Pause } from '../store/pauseTable';

/** The journal holds about as much; of spans from before nobody asks. */
const KEPT = 2_000;

/**
 * The pauses that have ended, on disk beside the journal: spans that come back out of it after a reload of the window count as they
 * did when they arrived.
 */
export class PauseLog {
  private readonly path: string;
  private readonly open = new Map<string, Pause>();
  private ended: Pause[];

  constructor(
    private readonly storageDir: string,
    private readonly log: Log,
  ) {
    this.path = join(storageDir, 'pauses.json');
    this.ended = read(this.path);
  }

  get all(): readonly Pause[] {
    return this.ended;
  }

  note(pause: Pause): void {
    if (pause.to === Infinity) {
      this.open.set(pause.id, pause);
      return;
    }
    this.ended = [...this.ended, { ...this.open.get(pause.id), ...pause }].slice(-KEPT);
    this.open.delete(pause.id);
    this.write();
  }

  setThread(id: string, thread: string): void {
    const known = this.open.get(id);
    if (known) this.open.set(id, { ...known, thread });
  }

  /** Somebody steps a few times a second at most, and the file is small: it is written whole. */
  private write(): void {
    try {
      mkdirSync(this.storageDir, { recursive: true });
      writeFileSync(this.path, JSON.stringify(this.ended), { mode: 0o600 });
    } catch (error) {
      this.log.debug(`After a reload paused time will count: ${this.path} cannot be written: ${errorMessage(error)}`);
    }
  }
}

function read(path: string): Pause[] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(parsed) ? parsed.filter(isPause).map(asPause) : [];
  } catch {
    return [];
  }
}

function isPause(value: unknown): value is Pause {
  const { id, run, from, to } = (value ?? {}) as Partial<Record<keyof Pause, unknown>>;
  return typeof id === 'string' && typeof run === 'string' && Number.isFinite(from) && Number.isFinite(to);
}

function asPause({ id, run, thread, from, to }: Pause): Pause {
  return { id, run: String(run) as RunId, ...(typeof thread === 'string' && { thread }), from, to };
}
