import type { Cardinality } from './cardinalityOrder';

/** What is told of a value that grows with use, in the words that rules about it share. */
export type ValueGround = 'request' | 'made' | 'perUse' | 'supposed' | 'ofOneThing' | 'cut' | 'inReserve' | 'guessed';

export function groundOfValue(value: Cardinality & { readonly kind: 'unbounded' }): ValueGround {
  if (value.isGuess) return 'guessed';
  if (value.inReserve) return 'inReserve';
  if (value.isOfOneThing) return 'ofOneThing';
  if (value.cut) return 'cut';
  return value.sure === 'certain' ? (value.origin ?? 'perUse') : 'supposed';
}
