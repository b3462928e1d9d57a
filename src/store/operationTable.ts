import { DurationSketch, durationStats } from '../model/durationSketch';
import type { DurationStats } from '../model/lineStats';
import type { BoundedNames } from './boundedNames';
import { NONE } from './byteInterner';
import { PairIndex } from './pairIndex';

/** Statistics of all spans of one name in one service. */
export interface OperationStats extends DurationStats {
  readonly service: string;
  readonly name: string;
}

/** Of fewer nobody can tell which are slow. */
const LEAST_FOR_SLOW = 20;

/** Operations that are told apart; the names after that count as one. */
const MAX_OPERATIONS = 20_000;
const BYTES_PER_OPERATION = 200;

class Operation {
  readonly sketch = new DurationSketch();
  errors = 0;
  constructor(
    readonly service: number,
    readonly name: number,
  ) {}
}

/** Statistics by service and span name, counted as spans arrive; they outlive the spans. */
export class OperationTable {
  private readonly index = new PairIndex();
  private readonly operations: Operation[] = [];

  constructor(
    private readonly services: BoundedNames,
    private readonly names: BoundedNames,
  ) {}

  /** Number for {@link record}. */
  numberOf(service: number, name: number): number {
    const known = this.index.find(service, name);
    if (known !== NONE) return known;
    if (this.operations.length >= MAX_OPERATIONS && (service | name) !== 0) return this.numberOf(0, 0);
    this.operations.push(new Operation(service, name));
    return this.index.add(service, name);
  }

  record(number: number, duration: number, isError: boolean): void {
    const operation = this.operations[number];
    operation.sketch.record(duration);
    if (isError) operation.errors++;
  }

  /**
   * Nanoseconds beyond which a span is slow for its operation: twice the median and the 95th percentile. Infinity while too few have
   * ended.
   */
  slowFrom(service: string, name: string): number {
    const number = this.index.find(this.services.find(service), this.names.find(name));
    const sketch = number === NONE ? undefined : this.operations[number].sketch;
    if (sketch === undefined || sketch.count < LEAST_FOR_SLOW) return Infinity;
    return Math.max(2 * sketch.quantile(0.5), sketch.quantile(0.95));
  }

  /** In the order of their first span. */
  list(): OperationStats[] {
    return this.operations.map(({ service, name, sketch, errors }) => ({
      service: this.services.name(service),
      name: this.names.name(name),
      ...durationStats(sketch, errors),
    }));
  }

  get byteLength(): number {
    let bytes = this.index.byteLength;
    for (const { sketch } of this.operations) bytes += BYTES_PER_OPERATION + sketch.byteLength;
    return bytes;
  }
}
