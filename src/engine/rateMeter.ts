const SLOTS = 10;
const SLOT_MS = 100;

/** How much happened in the last second, in steps of a tenth. */
export class RateMeter {
  private readonly slots = new Float64Array(SLOTS);
  private newest = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(count: number): void {
    this.advance();
    this.slots[this.newest % SLOTS] += count;
  }

  get perSecond(): number {
    this.advance();
    return this.slots.reduce((sum, count) => sum + count, 0);
  }

  private advance(): void {
    const slot = Math.floor(this.now() / SLOT_MS);
    const passed = Math.min(slot - this.newest, SLOTS);
    for (let i = 1; i <= passed; i++) this.slots[(slot - passed + i) % SLOTS] = 0;
    this.newest = Math.max(slot, this.newest);
  }
}
