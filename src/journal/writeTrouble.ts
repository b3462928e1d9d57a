import { errorMessage, type Log } from '../base/log';

const RETRY_MS = 5_000;
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some disk space, or lower "spanline.journal.maxBytes"',
  EDQUOT: 'Free some of your disk quota, or lower "spanline.journal.maxBytes"',
  EROFS: 'Make the folder writable',
  EACCES: 'Make the folder writable',
  EPERM: 'Make the folder writable',
  EMFILE: 'Allow more open files (ulimit -n)',
  ENFILE: 'Allow more open files (ulimit -n)',
};

/** Why the journal is not written: told once, and tried again every few seconds. */
export class WriteTrouble {
  /** The problem and its remedy; undefined while there is none. */
  text: string | undefined;
  private retryAt = 0;
  private missed = 0;

  constructor(
    private readonly log: Log,
    private readonly changed: () => void,
  ) {}

  /** It is not tried again before. @param now ms since 1970 */
  isToWait(now: number): boolean {
    return this.text !== undefined && now < this.retryAt;
  }

  /** A request came that is not written. */
  missedOne(): void {
    this.missed++;
  }

  /** @param where the folder that was written to */
  failed(error: unknown, where: string, now: number): void {
    this.retryAt = now + RETRY_MS;
    this.missed++;
    const remedy = REMEDIES[(error as NodeJS.ErrnoException).code ?? ''] ?? 'Look at the disk';
    const text = `The journal cannot be written (${errorMessage(error)}): traces that arrive now are lost when the window is reloaded. ${remedy}, or turn it off by "spanline.journal.enabled". It lies in ${where}.`;
    if (this.text === text) return;
    this.text = text;
    this.log.warn(text);
    this.changed();
  }

  /** True when something was wrong until now. */
  worked(): boolean {
    if (this.text === undefined) return false;
    this.log.info(`The journal is written again; ${this.missed} requests were not when they came`);
    this.text = undefined;
    this.missed = 0;
    return true;
  }
}
