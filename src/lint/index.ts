import { Registry } from '../base/registry';
import type { Rule } from './rule';
import { attributeMisplaced } from './rules/attributeMisplaced';
import { contextDropped } from './rules/contextDropped';
import { deprecatedSemconv } from './rules/deprecatedSemconv';
import { errorNotRecorded } from './rules/errorNotRecorded';
import { floatingSpanPromise } from './rules/floatingSpanPromise';
import { metricAttributeUnbounded } from './rules/metricAttributeUnbounded';
import { missingPropagation } from './rules/missingPropagation';
import { missingServiceName } from './rules/missingServiceName';
import { noisySpan } from './rules/noisySpan';
import { piiAttribute } from './rules/piiAttribute';
import { samplerMisconfigured } from './rules/samplerMisconfigured';
import { sdkLoadedLate } from './rules/sdkLoadedLate';
import { secretAttribute } from './rules/secretAttribute';
import { sensitiveBaggage } from './rules/sensitiveBaggage';
import { spanNotEnded } from './rules/spanNotEnded';
import { spanNotEndedOnAllPaths } from './rules/spanNotEndedOnAllPaths';
import { spanNameHighCardinality } from './rules/spanNameHighCardinality';
import { synchronousExport } from './rules/synchronousExport';

export const rules = new Registry<Rule>('rule', [
  spanNameHighCardinality,
  contextDropped,
  spanNotEnded,
  spanNotEndedOnAllPaths,
  floatingSpanPromise,
  errorNotRecorded,
  piiAttribute,
  secretAttribute,
  sensitiveBaggage,
  metricAttributeUnbounded,
  deprecatedSemconv,
  synchronousExport,
  samplerMisconfigured,
  missingServiceName,
  attributeMisplaced,
  noisySpan,
  missingPropagation,
  sdkLoadedLate,
]);
