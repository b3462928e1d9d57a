import type { Disposable } from '../base/disposables';

/**
 * Tells of changes at once after a silence, then at most once per interval; the last change is always told of. `tell` is called
 * outside the call stack of {@link ChangeFeed.changed}, so that a request is answered before.
 */
export class ChangeFeed implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  private changedSince = false;

  constructor(
    private readonly tell: () => void,
    private readonly intervalMs = 100,
  ) {}

  changed(): void {
    this.changedSince = true;
    if (!this.timer && !this.soon) this.soon = setImmediate(() => this.fire());
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearImmediate(this.soon);
    this.changedSince = false;
  }

  private fire(): void {
    this.soon = undefined;
    this.changedSince = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.changedSince) this.fire();
    }, this.intervalMs);
    this.tell();
  }
}
