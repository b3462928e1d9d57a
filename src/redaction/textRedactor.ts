import type { RedactionMatch } from '../model/redaction';
import type { RedactionSettings } from '../protocol/engine';
import type { RedactionMode } from '../protocol/settings';
import { classesIn, code, textOf } from './bytes';
import { isMark, markFor } from './marks';
import { isPlaceholder } from './matchers/placeholders';
import type { Rule } from './rules';
import type { Finding, Scanner } from './scan';
import type { KeyVerdict } from './secretKeys';

export type Mode = RedactionMode | 'warn';
/** A replacement can make two halves of something neighbours; more often than this it is no accident. */
const MOST_ROUNDS = 4;
const QUOTE = code('"');
const NO_BYTES = new Uint8Array(0);

/** Redacts texts as bytes and remembers what was recognised in them. */
export class TextRedactor {
  match: RedactionMatch | undefined;
  /** Of the value that is looked at: its key's bytes in {@link keyBytes}, and the path that leads to it. */
  private keyBytes: Uint8Array = NO_BYTES;
  private keyStart = 0;
  private keyEnd = 0;
  private path = '';
  private readonly modes: Record<Rule['kind'], Mode>;

  constructor(
    { secrets, personalData }: RedactionSettings,
    private readonly scanner: Scanner,
  ) {
    this.modes = { secret: secrets, personal: personalData };
  }

  /** Begins with a value that has no key yet. */
  begin(): void {
    this.match = undefined;
    this.setPath('');
  }

  /** A key is made a text of only when there is something to tell. */
  setKey(bytes: Uint8Array, start: number, end: number): void {
    this.keyBytes = bytes;
    this.keyStart = start;
    this.keyEnd = end;
  }

  setPath(path: string): void {
    this.keyBytes = NO_BYTES;
    this.keyStart = this.keyEnd = 0;
    this.path = path;
  }

  private key(): string {
    return this.keyEnd > this.keyStart ? textOf(this.keyBytes, this.keyStart, this.keyEnd) : this.path;
  }

  /**
   * What takes the place of the text `bytes[start, end)` below the key that was set, or undefined. Empty for one that is to be left out: deleted, and
   * nothing else in it.
   */
  redact(bytes: Uint8Array, start: number, end: number, verdict: KeyVerdict | undefined): Uint8Array | undefined {
    if (verdict !== undefined && this.isWhole(bytes, start, end, verdict)) {
      const mark = this.whole(bytes, start, end, verdict);
      if (mark !== undefined) return mark;
    }
    const findings = this.scanner.find(bytes, start, end);
    if (findings.length === 0) return undefined;
    const kept = this.parts(bytes, start, end, findings);
    // What is left may be what the key announces.
    if (kept === undefined || verdict === undefined || !this.isWhole(kept, 0, kept.length, verdict)) return kept;
    return this.whole(kept, 0, kept.length, verdict) ?? kept;
  }

  /** The mark for a value that is secret as a whole; undefined where it is only noted. */
  whole(bytes: Uint8Array, start: number, end: number, rule: Rule): Uint8Array | undefined {
    const mode = this.note(rule);
    return mode === 'off' || mode === 'warn' ? undefined : markFor(mode, bytes, start, end);
  }

  private isWhole(bytes: Uint8Array, start: number, end: number, verdict: KeyVerdict): boolean {
    if (verdict.never && (classesIn(bytes, start, end) & verdict.never) !== 0) return false;
    if (start === end || isMark(bytes, start, end) || isPlaceholder(bytes, start, end)) return false;
    return verdict.accepts(textOf(bytes, start, end));
  }

  private note({ kind, pattern }: Rule): Mode {
    const mode = this.modes[kind];
    if (mode === 'off') return mode;
    if (this.match === undefined || (this.match.kind === 'personal' && kind === 'secret'))
      this.match = { kind, pattern, key: this.key() };
    return mode;
  }

  private parts(bytes: Uint8Array, start: number, end: number, findings: readonly Finding[]): Uint8Array | undefined {
    let kept = this.replace(bytes, start, end, findings);
    for (let round = 1; kept !== undefined && round < MOST_ROUNDS; round++) {
      const again = this.scanner.find(kept, 0, kept.length);
      const next = again.length === 0 ? undefined : this.replace(kept, 0, kept.length, again);
      if (next === undefined) break;
      kept = next;
    }
    return kept;
  }

  /** Undefined when nothing is to be replaced. */
  private replace(bytes: Uint8Array, start: number, end: number, findings: readonly Finding[]): Uint8Array | undefined {
    const pieces: Uint8Array[] = [];
    let from = start;
    for (const finding of findings) {
      const mode = this.note(finding.rule);
      if (mode === 'off' || mode === 'warn') continue;
      pieces.push(bytes.subarray(from, finding.start));
      const mark = markFor(mode, bytes, finding.start, finding.end);
      pieces.push(finding.bare ? quoted(mark) : mark);
      from = finding.end;
    }
    if (pieces.length === 0) return undefined;
    pieces.push(bytes.subarray(from, end));
    return Buffer.concat(pieces);
  }
}

function quoted(mark: Uint8Array): Uint8Array {
  return Uint8Array.of(QUOTE, ...mark, QUOTE);
}
