/** Things found by id, in the order of registration: rules, locators, waterfall columns. A second entry of the same id throws. */
export class Registry<T extends { readonly id: string }> implements Iterable<T> {
  private readonly entries = new Map<string, T>();

  constructor(
    private readonly what: string,
    entries: Iterable<T> = [],
  ) {
    for (const entry of entries) this.register(entry);
  }

  register(entry: T): void {
    if (this.entries.has(entry.id)) throw new Error(`Two ${this.what}s are called "${entry.id}"; ids must be unique`);
    this.entries.set(entry.id, entry);
  }

  get(id: string): T | undefined {
    return this.entries.get(id);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.entries.values();
  }
}
