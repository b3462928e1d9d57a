/**
 * Strings by positive number, up to a limit; what comes after it has a number that is not positive, and no name of its own. Senders
 * choose the strings, so there is no end to them.
 */
export class BoundedNames {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[];
  private characters = 0;

  /** `others` is what the numbers that are not positive are called. */
  constructor(
    private readonly limit: number,
    others: string,
    private readonly maxCharacters = 16 * 1024 * 1024,
  ) {
    this.names = [others];
  }

  /** Number of the name; when there is no room for it, one that nearly no other name has, 0 or below. */
  intern(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length > this.limit || this.characters + name.length > this.maxCharacters) return -hashOf(name);
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
    return this.names[Math.max(0, number)];
  }

  /** In the order in which they came. */
  all(): string[] {
    return this.names.slice(1);
  }

  get count(): number {
    return this.names.length - 1;
  }

  /** About what V8 takes for strings and map entries. */
  get byteLength(): number {
    return this.characters + this.names.length * 64;
  }
}

/** 31 bits. */
function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  return hash & 0x7fff_ffff;
}
