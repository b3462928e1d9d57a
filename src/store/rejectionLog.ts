const REASONS_TOLD = 3;
const REASONS_COUNTED = 100;

/** Why spans of one request were turned away. */
export class RejectionLog {
  count = 0;
  private readonly reasons = new Map<string, number>();

  clear(): void {
    this.count = 0;
    this.reasons.clear();
  }

  /** `reason` is read behind "a span ". */
  add(reason: string): void {
    this.count++;
    const known = this.reasons.get(reason);
    if (known !== undefined || this.reasons.size < REASONS_COUNTED) this.reasons.set(reason, (known ?? 0) + 1);
  }

  /** `2 of 512 spans were rejected: a span has no trace id, or one of zeros only (2×)`. `total`: spans of the request. */
  message(total: number): string {
    const byCount = [...this.reasons].sort((a, b) => b[1] - a[1]);
    const told = byCount.slice(0, REASONS_TOLD).map(([reason, times]) => `a span ${reason} (${times}×)`);
    if (byCount.length > REASONS_TOLD) told.push('and others');
    return `${this.count} of ${total} spans were rejected: ${told.join('; ')}`;
  }
}
