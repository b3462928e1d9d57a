/**
 * Strings by number, up to a limit; number 0 stands for all that came after it. Senders choose the strings, so there is no end to
 * them.
 */
export class BoundedNames {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[];
  private characters = 0;

  /** `others` is what number 0 is called. */
  constructor(
    private readonly limit: number,
    others: string,
    private readonly maxCharacters = 16 * 1024 * 1024,
  ) {
    this.names = [others];
  }

  /** Number of the name, 0 when there is no room for it. */
  intern(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length > this.limit || this.characters + name.length > this.maxCharacters) return 0;
    const number = this.names.push(name) - 1;
    this.numbers.set(name, number);
    this.characters += name.length;
    return number;
  }

  /** Number of the name, 0 when it was never taken in. */
  find(name: string): number {
    return this.numbers.get(name) ?? 0;
  }

  name(number: number): string {
    return this.names[number];
  }

  get count(): number {
    return this.names.length - 1;
  }

  /** About what V8 takes for strings and map entries. */
  get byteLength(): number {
    return this.characters + this.names.length * 64;
  }
}
