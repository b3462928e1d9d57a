/** What was seen of the programs that run. */
export interface Look<T> {
  readonly seen: readonly T[];
  /** Some have just started, and their debugger is not inside yet. */
  readonly early: boolean;
}

export interface Patience {
  readonly limitMs: number;
  readonly pauseMs: number;
}

/** Looks until the debugger is inside all that was started, which takes it a while, or the limit is over. The last look counts. */
export async function untilInside<T>(
  look: () => Promise<Look<T>>,
  { limitMs, pauseMs }: Patience,
): Promise<readonly T[]> {
  const until = Date.now() + limitMs;
  for (;;) {
    const { seen, early } = await look();
    if (!early || Date.now() >= until) return seen;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
