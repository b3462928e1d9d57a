import type { Disposable } from '../base/disposables';

/**
 * Runs `action` at once after a silence and at most every `intervalMs` from then on. Asked for in between, it runs once more at the
 * interval's end, so that the last request is never lost.
 */
export class Throttle implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private again = false;

  constructor(
    private readonly intervalMs: number,
    private readonly action: () => void,
  ) {}

  readonly request = (): void => {
    if (this.timer) {
      this.again = true;
      return;
    }
    this.timer = setTimeout(this.intervalOver, this.intervalMs);
    this.action();
  };

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = false;
  }

  private readonly intervalOver = (): void => {
    this.timer = undefined;
    if (!this.again) return;
    this.again = false;
    this.request();
  };
}
