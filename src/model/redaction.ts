/** Passwords, keys and tokens; or what tells who a person is. */
export type RedactionKind = 'secret' | 'personal';

/** What was recognised in a value. */
export interface RedactionMatch {
  readonly kind: RedactionKind;
  /** Name of the pattern or of the rule for keys that matched, such as `jwt` or `e-mail address`. */
  readonly pattern: string;
  /** Key of the attribute, with those above it where it lies inside a map (`user.password`); empty for free text. */
  readonly key: string;
}

/** How often one thing was recognised in the spans of one place in the program. */
export interface RedactionCount extends RedactionMatch {
  readonly count: number;
  /** False where it was only marked and is kept as it was sent. */
  readonly masked: boolean;
  /** Where the spans are made, as far as that is known. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly service: string;
  readonly spanName: string;
}
