import type { RedactionMatch } from '../model/redaction';
import type { RedactionSettings } from '../protocol/engine';
import type { RedactionMode } from '../protocol/settings';
import { code, textOf } from './bytes';
import { isMark, markFor } from './marks';
import { isPlaceholder } from './matchers/placeholders';
import type { Rule } from './rules';
import type { Finding, Scanner } from './scan';
import type { KeyVerdict } from './secretKeys';

export type Mode = RedactionMode | 'warn';
/** A replacement can make two halves of something neighbours; more often than this it is no accident. */
const MOST_ROUNDS = 4;
const QUOTE = code('"');

/** Redacts texts as bytes and remembers what was recognised in them. */
export class TextRedactor {
  match: RedactionMatch | undefined;
  private readonly modes: Record<Rule['kind'], Mode>;

  constructor(
    { secrets, personalData }: RedactionSettings,
    private readonly scanner: Scanner,
  ) {
    this.modes = { secret: secrets, personal: personalData };
  }

  /**
   * What takes the place of the text `bytes[start, end)` below `key`, or undefined. Empty for one that is to be left out: deleted, and
   * nothing else in it.
   */
  redact(
    bytes: Uint8Array,
    start: number,
    end: number,
    verdict: KeyVerdict | undefined,
    key: () => string,
  ): Uint8Array | undefined {
    if (verdict !== undefined && this.isWhole(bytes, start, end, verdict)) {
      const mark = this.whole(bytes, start, end, verdict, key);
      if (mark !== undefined) return mark;
    }
    const findings = this.scanner.find(bytes, start, end);
    return findings.length === 0 ? undefined : this.parts(bytes, start, end, findings, key);
  }

  /** The mark for a value that is secret as a whole; undefined where it is only noted. */
  whole(bytes: Uint8Array, start: number, end: number, rule: Rule, key: () => string): Uint8Array | undefined {
    const mode = this.note(rule, key);
    return mode === 'off' || mode === 'warn' ? undefined : markFor(mode, bytes, start, end);
  }

  private isWhole(bytes: Uint8Array, start: number, end: number, verdict: KeyVerdict): boolean {
    if (start === end || isMark(bytes, start, end) || isPlaceholder(bytes, start, end)) return false;
    return verdict.accepts(textOf(bytes, start, end));
  }

  private note({ kind, pattern }: Rule, key: () => string): Mode {
    const mode = this.modes[kind];
    if (mode === 'off') return mode;
    if (this.match === undefined || (this.match.kind === 'personal' && kind === 'secret'))
      this.match = { kind, pattern, key: key() };
    return mode;
  }

  private parts(
    bytes: Uint8Array,
    start: number,
    end: number,
    findings: readonly Finding[],
    key: () => string,
  ): Uint8Array | undefined {
    let kept = this.replace(bytes, start, end, findings, key);
    for (let round = 1; kept !== undefined && round < MOST_ROUNDS; round++) {
      const again = this.scanner.find(kept, 0, kept.length);
      const next = again.length === 0 ? undefined : this.replace(kept, 0, kept.length, again, key);
      if (next === undefined) break;
      kept = next;
    }
    return kept;
  }

  /** Undefined when nothing is to be replaced. */
  private replace(
    bytes: Uint8Array,
    start: number,
    end: number,
    findings: readonly Finding[],
    key: () => string,
  ): Uint8Array | undefined {
    const pieces: Uint8Array[] = [];
    let from = start;
    for (const finding of findings) {
      const mode = this.note(finding.rule, key);
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
