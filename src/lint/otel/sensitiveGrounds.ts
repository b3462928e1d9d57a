import { unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import type { SensitiveFind } from './sensitiveSinks';

export type SensitiveGround = 'named' | 'ambiguous' | 'shaped' | 'typed' | 'wholeObject';

export function groundOfData({ basis, isPlain }: SensitiveFind): SensitiveGround {
  switch (basis) {
    case 'shape':
      return 'shaped';
    case 'type':
      return 'typed';
    case 'object':
      return 'wholeObject';
    case 'name':
      return isPlain ? 'named' : 'ambiguous';
  }
}

/** A key or a value alone that is called a key, a token or a cookie is mostly another thing; passwords are not. */
export function groundOfSecret(found: SensitiveFind): 'both' | 'password' | 'shaped' | 'typed' | 'named' | 'written' {
  if (found.basis === 'shape') return 'shaped';
  if (found.basis === 'type') return 'typed';
  if (found.isConfirmed) return 'both';
  if (ts.isStringLiteralLike(unwrap(found.at))) return 'written';
  return found.class.id === 'password' ? 'password' : 'named';
}
