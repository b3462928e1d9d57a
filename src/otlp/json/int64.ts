const TWO_32 = 4_294_967_296;
const TWO_63 = 2n ** 63n;
const TWO_64 = 2n ** 64n;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INTEGER = /^-?\d+$/;
const DIGIT_0 = 48;
const QUOTE = 34;
const BACKSLASH = 92;
/** Digits that a number holds exactly. */
const SAFE_DIGITS = 15;

/** What was lost in {@link Int64.read}: nothing; digits after the point; the value was out of range; digits beyond 2^53. */
export type Loss = 'none' | 'fraction' | 'range' | 'precision';

/** Reads 64-bit integers as OTLP/JSON senders write them; a reader is used again and again, so that nothing is allocated. */
export class Int64 {
  /** The last value's halves, two's complement, each 0 to 2^32 - 1. */
  low = 0;
  high = 0;

  /**
   * Takes a decimal string or a number, in exponent form too (`"1e+21"`). Undefined when it is neither. What lies outside the
   * range becomes its nearest end; a fraction is cut off.
   */
  read(value: string | number, signed: boolean): Loss | undefined {
    if (typeof value === 'number') return this.readNumber(value, signed);
    return this.readDigits(value) ? 'none' : this.readUnusual(value, signed);
  }

  /** Up to 18 digits, or 19 below 9·10^18: in range for both signs of type, and by far the usual case. */
  private readDigits(text: string): boolean {
    const { length } = text;
    if (length === 0 || length > 19) return false;
    const split = Math.max(0, length - 9);
    const upper = digits(text, 0, split);
    const lower = digits(text, split, length);
    if (upper < 0 || lower < 0 || upper >= 9e9) return false;
    this.set(upper, lower);
    return true;
  }

  /** `upper` · 10^9 + `lower`, both below 9·10^9. */
  set(upper: number, lower: number): void {
    // In parts below 2^53: upper = a · 2^17 + b.
    const large = Math.floor(upper / 131_072) * 1e9;
    const small = (upper % 131_072) * 1e9 + lower;
    const low = (large % 32_768) * 131_072 + (small % TWO_32);
    this.high = Math.floor(large / 32_768) + Math.floor(small / TWO_32) + Math.floor(low / TWO_32);
    this.low = low % TWO_32;
  }

  negate(): void {
    this.low = -this.low >>> 0;
    this.high = (this.low === 0 ? -this.high : ~this.high) >>> 0;
  }

  private readNumber(value: number, signed: boolean): Loss | undefined {
    if (!Number.isFinite(value)) return undefined;
    const whole = Math.trunc(value);
    if (!Number.isSafeInteger(whole)) return this.setBigInt(BigInt(whole), signed) ? 'precision' : 'range';
    if (whole < 0 && !signed) return this.setBigInt(BigInt(whole), signed) ? 'none' : 'range';
    this.low = whole >>> 0;
    this.high = Math.floor(whole / TWO_32) >>> 0;
    return whole === value ? 'none' : 'fraction';
  }

  private readUnusual(text: string, signed: boolean): Loss | undefined {
    const trimmed = text.trim();
    if (/^[+-]?\d+$/.test(trimmed))
      return this.setBigInt(BigInt(trimmed.replace(/^\+/, '')), signed) ? 'none' : 'range';
    if (!DECIMAL.test(trimmed)) return undefined;
    return this.readNumber(Number(trimmed), signed);
  }

  /** False when the value had to be moved into the range. */
  private setBigInt(value: bigint, signed: boolean): boolean {
    const [least, most] = signed ? [-TWO_63, TWO_63 - 1n] : [0n, TWO_64 - 1n];
    const inRange = value >= least && value <= most;
    const kept = BigInt.asUintN(64, inRange ? value : value < least ? least : most);
    this.low = Number(kept & 0xffffffffn);
    this.high = Number(kept >> 32n);
    return inRange;
  }
}

/** The number that the digits spell, or -1 when something else is among them. At most ten digits. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - DIGIT_0;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** True when a number that was parsed from JSON may differ from the integer that the text spelled. */
export function mayBeRounded(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

/**
 * The same JSON with integers of more than fifteen digits put in quotes, so that parsing keeps every digit. Text inside strings is
 * left alone.
 */
export function quoteLongIntegers(json: string): string {
  const parts: string[] = [];
  let kept = 0;
  let at = 0;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = afterString(json, at);
    else if (isNumberPart(code)) {
      const start = at;
      while (at < json.length && isNumberPart(json.charCodeAt(at))) at++;
      if (at - start <= SAFE_DIGITS || !INTEGER.test(json.slice(start, at))) continue;
      parts.push(json.slice(kept, start), '"', json.slice(start, at), '"');
      kept = at;
    } else at++;
  }
  return parts.join('') + json.slice(kept);
}

/** Digits, signs, points and exponents; letters of `true`, `false`, `null` that match form no integer. */
function isNumberPart(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46 || code === 69 || code === 101;
}

/** The index behind the string that begins at `start`; the text's end when it is not closed. */
function afterString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return json.length;
}
