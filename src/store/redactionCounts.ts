import type { RedactionCount, RedactionMatch } from '../model/redaction';

/** Where the spans are made in which something was recognised. */
export interface RedactionSite {
  readonly file?: string;
  readonly line?: number;
  readonly service: string;
  readonly spanName: string;
}

const MOST = 1000;
const OTHERS: RedactionSite = { service: '(others)', spanName: '(others)' };

type Counting = { -readonly [K in keyof RedactionCount]: RedactionCount[K] };

/** How often what was recognised, by the place that the spans are from. What comes when there are too many counts with others. */
export class RedactionCounts {
  private readonly counts = new Map<string, Counting>();

  add(match: RedactionMatch, masked: boolean, site: RedactionSite, times = 1): void {
    const known = this.counts.get(keyOf(match, masked, site));
    if (known !== undefined) known.count += times;
    else if (this.counts.size < MOST || site === OTHERS) this.begin(match, masked, site, times);
    else this.add({ ...match, key: '' }, masked, OTHERS, times);
  }

  /** What was counted elsewhere. */
  addAll(counts: readonly RedactionCount[]): void {
    for (const { count, masked, ...rest } of counts) this.add(rest, masked, rest, count);
  }

  clear(): void {
    this.counts.clear();
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  /** Most frequent first. */
  list(): RedactionCount[] {
    return [...this.counts.values()].map((count) => ({ ...count })).sort((a, b) => b.count - a.count);
  }

  private begin({ kind, pattern, key }: RedactionMatch, masked: boolean, site: RedactionSite, count: number): void {
    const { file, line, service, spanName } = site;
    const place = file === undefined ? {} : { file, line };
    this.counts.set(keyOf({ kind, pattern, key }, masked, site), {
      kind,
      pattern,
      key,
      masked,
      count,
      ...place,
      service,
      spanName,
    });
  }
}

/** A line says more than the names that its spans have. */
function keyOf(match: RedactionMatch, masked: boolean, { file, line, service, spanName }: RedactionSite): string {
  const place = file === undefined ? [service, spanName] : [file, line];
  return JSON.stringify([match.kind, match.pattern, match.key, masked, ...place]);
}
