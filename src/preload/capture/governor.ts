/** Spans per second above which stacks are not all taken. */
const BUDGET = 150;
/** The rate is looked at every so many spans. */
const STRIDE = 32;
/** Long enough for a service to pause between requests. */
const WINDOW_MS = 500;
/** A name must have shown the same site so often in a row before it is trusted. */
const TRUSTED_AFTER = 8;
/** After so many reuses the stack is taken all the same, to notice a change: as many as stacks agreed so far, within these bounds. */
const LEAST_REUSES = 15;
const MOST_REUSES = 127;
/** Names remembered for one tracer; a program that puts ids into names gets no further. */
const MOST_NAMES = 500;

/** What two sites have in common; undefined where that tells too little. */
export type Common<S> = (one: S, other: S) => S | undefined;

/** What is known of the spans of one tracer and name. `S` is the call site. */
export class Remembered<S> {
  private site: S | undefined;
  private stable = 0;
  private uses = 0;

  constructor(private readonly common: Common<S>) {}

  /** The site to go by, or undefined when the stack is to be taken. */
  recall(): S | undefined {
    if (this.stable < TRUSTED_AFTER) return undefined;
    const most = Math.min(Math.max(this.stable, LEAST_REUSES), MOST_REUSES);
    if (++this.uses <= most) return this.site;
    this.uses = 0;
    return undefined;
  }

  /** A helper's span comes from the same lines at the top of the stack and from others below: what is common is remembered. */
  learn(site: S | undefined): void {
    const common = this.site !== undefined && site !== undefined ? this.common(this.site, site) : undefined;
    this.stable = common !== undefined ? this.stable + 1 : 0;
    this.site = common ?? site;
  }
}

/** Notices when so many spans are made that taking every stack would be felt. */
export class Governor {
  private hot = false;
  private count = 0;
  private windowStart = 0;

  constructor(private readonly now: () => number) {}

  /** To be asked once for each span. */
  isHot(): boolean {
    if (++this.count % STRIDE === 0) this.measure();
    return this.hot;
  }

  private measure(): void {
    const elapsed = this.now() - this.windowStart;
    this.hot = (this.count * 1000) / Math.max(elapsed, WINDOW_MS) > BUDGET || (this.hot && elapsed < WINDOW_MS);
    if (elapsed < WINDOW_MS) return;
    this.windowStart += elapsed;
    this.count = 0;
  }
}

/** The sites of one tracer's spans by their names. */
export class NamedSites<S> {
  private readonly names = new Map<string, Remembered<S>>();

  constructor(private readonly common: Common<S>) {}

  /** Undefined when there are too many names. */
  of(name: string): Remembered<S> | undefined {
    let remembered = this.names.get(name);
    if (!remembered && this.names.size < MOST_NAMES) this.names.set(name, (remembered = new Remembered(this.common)));
    return remembered;
  }
}
