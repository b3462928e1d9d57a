import { NONE } from './byteInterner';
import { TraceIndex } from './traceIndex';

/** Ids of the traces that were evicted last: a span that comes after its trace has left must not bring half of it back. */
export class EvictedTraces {
  private ids = new Int32Array(0);
  private readonly index: TraceIndex;
  private added = 0;

  constructor(
    seed: number,
    /** Traces remembered; what arrives for older ones begins a new trace. */
    private readonly remembered: number,
  ) {
    this.index = new TraceIndex(seed);
  }

  add(a: number, b: number, c: number, d: number): void {
    if (this.ids.length === 0) this.ids = new Int32Array(4 * this.remembered);
    const place = this.added % this.remembered;
    const id = this.ids.subarray(4 * place, 4 * place + 4);
    if (this.added >= this.remembered) this.index.remove(this.index.hash(id[0], id[1], id[2], id[3]), place);
    id.set([a, b, c, d]);
    this.index.add(this.index.hash(a, b, c, d), place);
    this.added++;
  }

  has(a: number, b: number, c: number, d: number): boolean {
    if (this.added === 0) return false;
    const { ids } = this;
    for (let i = this.index.first(this.index.hash(a, b, c, d)); i !== NONE; i = this.index.next()) {
      if (ids[4 * i] === a && ids[4 * i + 1] === b && ids[4 * i + 2] === c && ids[4 * i + 3] === d) return true;
    }
    return false;
  }

  get byteLength(): number {
    return this.ids.byteLength + this.index.byteLength;
  }
}
