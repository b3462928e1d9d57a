import type { Refused } from '../protocol/engine';

/** Who has given up trying is not asked about any more. */
const RECENT_MS = 10 * 60_000;
/** Senders may make messages up without end. */
const MOST = 20;

/** What programs sent that could not be taken: the newest of each fault. */
export class RefusedRequests {
  private readonly byMessage = new Map<string, Refused>();

  constructor(private readonly now: () => number = Date.now) {}

  /** `request`: method and path. */
  note(request: string, message: string): void {
    const times = (this.byMessage.get(message)?.times ?? 0) + 1;
    this.byMessage.delete(message);
    this.byMessage.set(message, { request, message, times, at: this.now() });
    for (const oldest of this.byMessage.keys()) {
      if (this.byMessage.size <= MOST) return;
      this.byMessage.delete(oldest);
    }
  }

  /** Newest first. */
  get recent(): Refused[] {
    const since = this.now() - RECENT_MS;
    return [...this.byMessage.values()].filter(({ at }) => at > since).reverse();
  }
}
