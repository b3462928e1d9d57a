import type { RedactionKind } from '../model/redaction';

/** What a part of a value is recognised as. */
export interface Rule {
  readonly kind: RedactionKind;
  /** A noun for the user: `password`, `GitHub token`. */
  readonly pattern: string;
}

export function secret(pattern: string): Rule {
  return { kind: 'secret', pattern };
}

export function personal(pattern: string): Rule {
  return { kind: 'personal', pattern };
}
