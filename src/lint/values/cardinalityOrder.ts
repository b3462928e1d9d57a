import type { ts } from '../ts';

/** Where ever new values come from: a caller, the program itself, or, by its name, each use of what it belongs to. */
export type Origin = 'request' | 'made' | 'perUse';

/** How many values an expression takes over the life of a program. */
export type Cardinality =
  /** Values that the code lists. */
  | { readonly kind: 'finite' }
  /** Few, as its name or origin says: a route template, a method, a setting. */
  | { readonly kind: 'bounded' }
  /** Grows with use. `at` is where the value comes from, perhaps in another file. */
  | {
      readonly kind: 'unbounded';
      readonly what: string;
      readonly sure: 'certain' | 'likely';
      /** What makes it certain. */
      readonly origin?: Origin;
      readonly at: ts.Node;
      /** Of a setting, of a field or of an element of a list, which may hold one of few. */
      readonly isOfOneThing?: boolean;
      readonly cut?: boolean;
      /** Shown to be in reserve for another value. */
      readonly inReserve?: boolean;
      /** Supposed to be so by its name, and in reserve for another value. */
      readonly isGuess?: boolean;
      /** The id of a group of users, such as a tenant. */
      readonly isOfGroup?: boolean;
      /** The id of something that the operator of the program lists, such as a game or a product. */
      readonly isListed?: boolean;
    }
  /** Nothing known. */
  | { readonly kind: 'open'; readonly at: ts.Node };

export const FINITE: Cardinality = { kind: 'finite' };
export const BOUNDED: Cardinality = { kind: 'bounded' };
const RANK = { finite: 0, bounded: 1, open: 2, unbounded: 3 } as const;

export function worse(a: Cardinality, b: Cardinality): Cardinality {
  if (a.kind === 'unbounded' && b.kind === 'unbounded') return a.sure === 'likely' && b.sure === 'certain' ? b : a;
  return RANK[b.kind] > RANK[a.kind] ? b : a;
}

/** A value with another in reserve: `route ?? url` is a URL only where there is no route. What is only supposed of the reserve is a guess. */
export function fallback(first: Cardinality, reserve: Cardinality): Cardinality {
  if (reserve.kind !== 'unbounded' || !isForTheRest(first)) return worse(first, reserve);
  if (reserve.sure === 'likely') return worse(first, { ...reserve, isGuess: true });
  const last: Cardinality = { ...reserve, sure: 'likely', inReserve: true };
  return first.kind === 'unbounded' ? last : worse(first, last);
}

/** What stands behind it is a reserve: it takes few values, or is such a choice itself, as in `route ?? path ?? url`. */
function isForTheRest(first: Cardinality): boolean {
  if (first.kind === 'unbounded') return first.inReserve === true || first.isGuess === true;
  return first.kind !== 'finite';
}

/** Part of a URL or of a statement may be one of few, such as a first segment or a verb. */
export function cut(value: Cardinality): Cardinality {
  return value.kind === 'unbounded' ? { ...value, sure: 'likely', cut: true } : value;
}

/** A value or another, as some condition says: where the other takes few, this one is what is left for the rest. */
export function either(a: Cardinality, b: Cardinality): Cardinality {
  const isRest = (value: Cardinality, other: Cardinality) =>
    value.kind === 'unbounded' && (other.kind === 'bounded' || other.kind === 'open');
  if (isRest(b, a)) return fallback(a, b);
  return isRest(a, b) ? fallback(b, a) : worse(a, b);
}

/** What a helper gives counts when it is shown; a guess from names inside of it says less than the helper's own name. */
export function isSettled(value: Cardinality): boolean {
  return value.kind === 'unbounded' ? value.sure === 'certain' || value.inReserve === true : value.kind !== 'open';
}
