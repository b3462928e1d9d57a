import type { Disposable } from '../base/disposables';

export interface AnsweredThrottleOptions {
  /** Milliseconds of rest after an answer. */
  readonly restMs: number;
  /** Milliseconds after which an answer is no longer waited for: nobody may be looking. */
  readonly patienceMs: number;
  /** False when there was nothing to hint at, so that no answer will come. */
  readonly hint: () => Promise<boolean>;
}

/**
 * Sends hints to somebody who answers in his own time and begins to wait anew with each hint: the next one is held back until he
 * has answered the last. Asked for in between, it is sent once more then, so that the last request is never lost.
 */
export class AnsweredThrottle implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private awaiting = false;
  private again = false;

  constructor(private readonly options: AnsweredThrottleOptions) {}

  readonly request = (): void => {
    if (this.timer) {
      this.again = true;
      return;
    }
    this.awaiting = true;
    this.waitFor(this.options.patienceMs);
    void this.options.hint().then((sent) => {
      if (!sent) this.answered();
    });
  };

  /** Whoever is hinted at has asked, after a hint or for reasons of his own. */
  answered(): void {
    if (!this.awaiting) return;
    this.awaiting = false;
    this.waitFor(this.options.restMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.awaiting = this.again = false;
  }

  private waitFor(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.waitIsOver, ms);
  }

  private readonly waitIsOver = (): void => {
    this.timer = undefined;
    this.awaiting = false;
    if (!this.again) return;
    this.again = false;
    this.request();
  };
}
