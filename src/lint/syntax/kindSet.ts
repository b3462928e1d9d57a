import type { ts } from '../ts';

/**
 * Tells by one look-up whether a node is of one of some kinds. For what is asked at every node of a file: the compiler's own `isX` are
 * calls behind getters, and each `case ts.SyntaxKind.X` goes through them anew.
 */
export function kindSet(...kinds: readonly ts.SyntaxKind[]): Uint8Array {
  return kindTable(kinds.map((kind) => [kind, 1] as const));
}

/** As {@link kindSet}, with a number above 0 for each kind. */
export function kindTable(entries: readonly (readonly [ts.SyntaxKind, number])[]): Uint8Array {
  const table = new Uint8Array(KINDS);
  for (const [kind, value] of entries) table[kind] = value;
  return table;
}

/** More than there are. */
const KINDS = 512;
