import { Registry } from '../base/registry';
import type { Rule } from './rule';
import { contextDropped } from './rules/contextDropped';
import { piiAttribute } from './rules/piiAttribute';
import { spanNameHighCardinality } from './rules/spanNameHighCardinality';

export const rules = new Registry<Rule>('rule', [spanNameHighCardinality, contextDropped, piiAttribute]);
