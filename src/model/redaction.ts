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
  /** Where it was found in log records or metrics, whose place in the program nobody names. */
  readonly signal?: 'logs' | 'metrics';
  readonly service: string;
  readonly spanName: string;
}

/** What the user is told of an attribute. */
export interface AttributeNotice {
  readonly kind: RedactionKind;
  /** As {@link RedactionMatch.pattern}; undefined where what was masked is not known any more. */
  readonly pattern?: string;
  /** False for what is shown as it was sent. */
  readonly masked: boolean;
}

/** How much was recognised so far. */
export interface RedactionTotals {
  readonly masked: number;
  /** Lines, or operations whose line is not known, at which something was masked. */
  readonly places: number;
  /** The same for what is kept as it was sent, and marked. Of equal values one is looked at: how many came is not known. */
  readonly notedPlaces: number;
}

/** The place that a count is of, as text that is equal for equal places. */
export function placeOf({ file, line, service, spanName, signal }: RedactionCount): string {
  return JSON.stringify(file === undefined ? [signal, service, spanName] : [file, line]);
}

export function redactionTotals(counts: readonly RedactionCount[]): RedactionTotals {
  const placesOf = (masked: boolean) => new Set(counts.filter((count) => count.masked === masked).map(placeOf)).size;
  const masked = counts.reduce((total, count) => total + (count.masked ? count.count : 0), 0);
  return { masked, places: placesOf(true), notedPlaces: placesOf(false) };
}
