import type { Matcher } from '../scan';
import { assignmentMatchers, type NameVerdicts } from './assignments';
import { AT_MATCHERS } from './atSigns';
import { SECRET_MATCHERS } from './keysAndJwts';
import { NUMBER_MATCHERS } from './numbers';
import { tokenMatchers } from './tokens';

/** Of two that begin at the same byte the earlier one is asked first. */
export function allMatchers(verdicts: NameVerdicts): Matcher[] {
  return [...tokenMatchers(), ...SECRET_MATCHERS, ...assignmentMatchers(verdicts), ...AT_MATCHERS, ...NUMBER_MATCHERS];
}
