import type { Disposable } from '../../../src/base/disposables';
import type { TraceId } from '../../../src/model/ids';

/** `paused`: was on until the user looked closer. */
export type Follow = 'on' | 'paused' | 'off';

/** The trace is exchanged at most so often, so that one can be read. */
const GAP_MS = 1_000;

/** Whether the newest trace is shown as it comes, and when the next may take the place of the one shown. */
export class Following implements Disposable {
  private shownAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private mode: Follow,
    private readonly show: (newest: TraceId) => void,
  ) {}

  get state(): Follow {
    return this.mode;
  }

  get isOn(): boolean {
    return this.mode === 'on';
  }

  switch(on: boolean): void {
    this.mode = on ? 'on' : 'off';
  }

  pause(): void {
    if (this.isOn) this.mode = 'paused';
  }

  /** Shows the newest trace that `newest` names, now or when the one shown had its time. None: it is shown already. */
  next(newest: () => TraceId | undefined): void {
    const traceId = newest();
    if (!traceId) return;
    clearTimeout(this.timer);
    const wait = this.shownAt + GAP_MS - performance.now();
    if (wait > 0) {
      this.timer = setTimeout(() => this.isOn && this.next(newest), wait);
      return;
    }
    this.shownAt = performance.now();
    this.show(traceId);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
