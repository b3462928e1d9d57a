import type { TestSpan } from './requests';

/** One span that is held, as plainly as can be. */
export interface Held {
  readonly span: TestSpan;
  readonly service: string;
  /** What was counted for it. */
  countedOperation: boolean;
  countedLine: boolean;
}

/** What the store should do, written as objects and loops: the oracle of the property tests. */
export class NaiveStore {
  held: Held[] = [];
  readonly operations = new Map<string, number[]>();
  readonly lines = new Map<number, number[]>();

  append(spans: readonly TestSpan[], service: string): { accepted: number; duplicates: number } {
    let [accepted, duplicates] = [0, 0];
    for (const span of spans) {
      const copy = this.held.find((other) => isCopy(other.span, span));
      if (copy) duplicates++;
      else accepted++;
      if (copy && !isBetter(span, copy.span)) continue;
      const entry: Held = {
        span,
        service,
        countedOperation: copy?.countedOperation ?? false,
        countedLine: copy?.countedLine ?? false,
      };
      this.count(entry);
      this.held = [...this.held.filter((other) => other !== copy), entry];
    }
    return { accepted, duplicates };
  }

  private count(entry: Held): void {
    const { span, service } = entry;
    if (span.end === 'open') return;
    const duration = (span.end ?? 100) - (span.start ?? 0);
    if (!entry.countedOperation) push(this.operations, `${service} ${span.name ?? 'work'}`, duration);
    entry.countedOperation = true;
    if (lineOf(span) === undefined) return;
    if (!entry.countedLine) push(this.lines, lineOf(span)!, duration);
    entry.countedLine = true;
  }
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

export function lineOf(span: TestSpan): number | undefined {
  return span.attributes?.['code.line.number'] as number | undefined;
}

function isCopy(a: TestSpan, b: TestSpan): boolean {
  if (a.trace !== b.trace || a.id !== b.id || a.parent !== b.parent || a.kind !== b.kind) return false;
  if (Math.abs(a.start! - b.start!) > 1000) return false;
  if (a.end === 'open' || b.end === 'open') return true;
  return a.name === b.name && Math.abs(a.end! - b.end!) <= 1000;
}

function isBetter(candidate: TestSpan, held: TestSpan): boolean {
  const [isOpen, heldIsOpen] = [candidate.end === 'open', held.end === 'open'];
  if (isOpen !== heldIsOpen) return heldIsOpen;
  return lineOf(candidate) !== undefined && lineOf(held) === undefined;
}
