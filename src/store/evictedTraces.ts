import { NONE } from './byteInterner';
import { HashIndex, mix } from './hashIndex';

/** Ids of the traces that were evicted last: a span that comes after its trace has left must not bring half of it back. */
export class EvictedTraces {
  private ids = new Uint32Array(0);
  private readonly index = new HashIndex();
  private added = 0;

  constructor(
    private readonly seed: number,
    /** Traces remembered; what arrives for older ones begins a new trace. */
    private readonly remembered: number,
  ) {}

  add(a: number, b: number, c: number, d: number): void {
    if (this.ids.length === 0) this.ids = new Uint32Array(4 * this.remembered);
    const place = this.added % this.remembered;
    const id = this.ids.subarray(4 * place, 4 * place + 4);
    if (this.added >= this.remembered) this.index.remove(this.hash(id[0], id[1], id[2], id[3]), place);
    id.set([a, b, c, d]);
    this.index.add(this.hash(a, b, c, d), place);
    this.added++;
  }

  has(a: number, b: number, c: number, d: number): boolean {
    if (this.added === 0) return false;
    const { ids } = this;
    for (let i = this.index.first(this.hash(a, b, c, d)); i !== NONE; i = this.index.next()) {
      if (ids[4 * i] === a && ids[4 * i + 1] === b && ids[4 * i + 2] === c && ids[4 * i + 3] === d) return true;
    }
    return false;
  }

  get byteLength(): number {
    return this.ids.byteLength + this.index.byteLength;
  }

  private hash(a: number, b: number, c: number, d: number): number {
    return mix(mix(a ^ this.seed, b, c), d, this.seed);
  }
}
