const REASONS_TOLD = 3;
const REASONS_COUNTED = 100;

/** Why spans (or what `noun` says) of one request were turned away. */
export class RejectionLog {
  count = 0;
  private readonly reasons = new Map<string, number>();

  constructor(private readonly noun = 'span') {}

  clear(): void {
    this.count = 0;
    this.reasons.clear();
  }

  /** `reason` is read behind "a span ", or what it is called. */
  add(reason: string): void {
    this.count++;
    const known = this.reasons.get(reason);
    if (known !== undefined || this.reasons.size < REASONS_COUNTED) this.reasons.set(reason, (known ?? 0) + 1);
  }

  /** `2 of 512 spans were rejected: a span has no trace id, or one of zeros only (2×)`. `total`: spans of the request. */
  message(total: number): string {
    const byCount = [...this.reasons].sort((a, b) => b[1] - a[1]);
    const told = byCount.slice(0, REASONS_TOLD).map(([reason, times]) => `a ${this.noun} ${reason} (${times}×)`);
    if (byCount.length > REASONS_TOLD) told.push('and others');
    return `${this.count} of ${total} ${this.noun}s were rejected: ${told.join('; ')}`;
  }
}
