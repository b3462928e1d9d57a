import type { ts } from '../ts';

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
      readonly at: ts.Node;
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
  if (reserve.kind !== 'unbounded' || (first.kind !== 'bounded' && first.kind !== 'open')) return worse(first, reserve);
  if (reserve.sure === 'likely') return worse(first, { ...reserve, isGuess: true });
  return worse(first, { ...reserve, sure: 'likely', inReserve: true });
}

/** Part of a URL or of a statement may be one of few, such as a first segment or a verb. */
export function cut(value: Cardinality): Cardinality {
  return value.kind === 'unbounded' ? { ...value, sure: 'likely', cut: true } : value;
}

/** What a helper gives counts when it is shown; a guess from names inside of it says less than the helper's own name. */
export function isSettled(value: Cardinality): boolean {
  return value.kind === 'unbounded' ? value.sure === 'certain' || value.inReserve === true : value.kind !== 'open';
}
