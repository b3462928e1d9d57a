/** What was seen of one program. */
export interface Seen {
  /** Undefined where the debugger could not look inside. */
  readonly facts: unknown;
}

export interface Patience {
  /** When to take what there is, in milliseconds since 1970. */
  readonly until: number;
  readonly pauseMs: number;
}

/** Looks until the debugger is inside each program, which takes it a while after the start. The last look counts; nothing runs: no wait. */
export async function untilInside<T extends Seen>(
  look: () => Promise<readonly T[]>,
  { until, pauseMs }: Patience,
): Promise<readonly T[]> {
  for (;;) {
    const seen = await look();
    if (seen.every(({ facts }) => facts !== undefined) || Date.now() >= until) return seen;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
