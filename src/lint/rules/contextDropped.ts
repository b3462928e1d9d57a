import type { Rule } from '../rule';
import { findDiscardedContexts, findEmptyContexts } from './contextDropped/discarded';
import { findFreshParents } from './contextDropped/freshParent';
import { findGenerators } from './contextDropped/generators';
import { findIdleSpans } from './contextDropped/notActivated';
import { findRegisteredCallbacks } from './contextDropped/registered';
import { findLostZones } from './contextDropped/zones';

export const contextDropped: Rule = {
  id: 'context-dropped',
  title: 'Work that loses its place in the trace',
  check(context) {
    findFreshParents(context);
    findIdleSpans(context);
    findDiscardedContexts(context);
    findEmptyContexts(context);
    findGenerators(context);
    findRegisteredCallbacks(context);
    findLostZones(context);
  },
};
