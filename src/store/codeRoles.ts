import { pathKey } from '../base/paths';
import { asConfidence, CODE_ROLES, type CodeRole } from '../model/codeAttributes';
import type { AnyValue } from '../model/attributes';
import type { Confidence } from '../model/sourceLocation';
import { decodeKeyValue } from '../otlp/wire/attributes';
import { type WireBytes, WireReader } from '../otlp/wire/wireReader';
import { KEY_VALUE_KEY } from '../otlp/wire/fields';
import type { BoundedNames } from './boundedNames';

/** What a KeyValue contributes to a span's location; the numbers are kept per distinct KeyValue of a segment. */
export const ROLE = { none: 0, file: 1, line: 2, function: 3, reason: 4, confidence: 5 } as const;
const ROLE_OF: Partial<Record<CodeRole, number>> = ROLE;

const CONFIDENCES: readonly Confidence[] = ['certain', 'likely', 'possible'];
const LONGEST_KEY = Math.max(...[...CODE_ROLES.keys()].map((key) => key.length));
/** First letters of `code` and `spanline`. */
const [LETTER_C, LETTER_O, LETTER_S, LETTER_P] = [0x63, 0x6f, 0x73, 0x70];

/** False for nearly every KeyValue of four bytes or more that has no role, by the first letters of its key. */
export function mayHaveRole(bytes: Uint8Array, start: number): boolean {
  const letter = bytes[start + 2];
  return (
    (letter === LETTER_C && bytes[start + 3] === LETTER_O) || (letter === LETTER_S && bytes[start + 3] === LETTER_P)
  );
}

/** Tells from a KeyValue's bytes whether it is one of the `code.*` attributes, and what it says. */
export class CodeRoleReader {
  /** Of the last {@link read}: file's number, line, reason's number or confidence's number. */
  value = 0;

  private readonly reader = new WireReader();

  constructor(
    private readonly files: BoundedNames,
    private readonly reasons: BoundedNames,
  ) {}

  /** The role of the KeyValue of `length` bytes at `start`. */
  read(source: WireBytes, start: number, length: number): number {
    this.value = 0;
    const { bytes } = source;
    if (length < 4 || bytes[start] !== KEY_VALUE_KEY || bytes[start + 1] > LONGEST_KEY) return ROLE.none;
    if (!mayHaveRole(bytes, start)) return ROLE.none;
    this.reader.share(source);
    this.reader.seek(start);
    const { key, value } = decodeKeyValue(this.reader, start + length);
    this.reader.close();
    const codeRole = CODE_ROLES.get(key);
    const role = codeRole === undefined ? undefined : ROLE_OF[codeRole];
    return role !== undefined && this.readValue(role, value) ? role : ROLE.none;
  }

  private readValue(role: number, value: AnyValue): boolean {
    if (role === ROLE.line) {
      this.value = lineNumber(value);
      return this.value > 0;
    }
    if (value.kind !== 'string' || value.value === '') return false;
    if (role === ROLE.file) this.value = this.files.intern(pathKey(value.value));
    else if (role === ROLE.reason) this.value = this.reasons.intern(value.value);
    else if (role === ROLE.confidence) this.value = CONFIDENCES.indexOf(asConfidence(value.value));
    return true;
  }
}

export function confidenceAt(index: number): Confidence {
  return CONFIDENCES[index] ?? 'possible';
}

const LAST_LINE = 2 ** 31 - 1;

/** A line from an integer, or from text or a double that says one; 0 when it is no line. */
export function lineNumber(value: AnyValue): number {
  if (value.kind !== 'int' && value.kind !== 'double' && value.kind !== 'string') return 0;
  const line = Number(value.value);
  return Number.isInteger(line) && line >= 1 && line <= LAST_LINE ? line : 0;
}
