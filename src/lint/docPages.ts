import { Registry } from '../base/registry';
import type { RuleDocs } from './docs';
import { attributeMisplacedDocs } from './rules/attributeMisplaced.docs';
import { contextDroppedDocs } from './rules/contextDropped.docs';
import { deprecatedSemconvDocs } from './rules/deprecatedSemconv.docs';
import { errorNotRecordedDocs } from './rules/errorNotRecorded.docs';
import { floatingSpanPromiseDocs } from './rules/floatingSpanPromise.docs';
import { metricAttributeUnboundedDocs } from './rules/metricAttributeUnbounded.docs';
import { missingPropagationDocs } from './rules/missingPropagation.docs';
import { missingServiceNameDocs } from './rules/missingServiceName.docs';
import { noisySpanDocs } from './rules/noisySpan.docs';
import { piiAttributeDocs } from './rules/piiAttribute.docs';
import { samplerMisconfiguredDocs } from './rules/samplerMisconfigured.docs';
import { sdkLoadedLateDocs } from './rules/sdkLoadedLate.docs';
import { secretAttributeDocs } from './rules/secretAttribute.docs';
import { sensitiveBaggageDocs } from './rules/sensitiveBaggage.docs';
import { spanNotEndedDocs } from './rules/spanNotEnded.docs';
import { spanNotEndedOnAllPathsDocs } from './rules/spanNotEndedOnAllPaths.docs';
import { spanNameHighCardinalityDocs } from './rules/spanNameHighCardinality.docs';
import { synchronousExportDocs } from './rules/synchronousExport.docs';

export const ruleDocs = new Registry<RuleDocs>('page', [
  spanNameHighCardinalityDocs,
  contextDroppedDocs,
  spanNotEndedDocs,
  spanNotEndedOnAllPathsDocs,
  floatingSpanPromiseDocs,
  errorNotRecordedDocs,
  piiAttributeDocs,
  secretAttributeDocs,
  sensitiveBaggageDocs,
  metricAttributeUnboundedDocs,
  deprecatedSemconvDocs,
  synchronousExportDocs,
  samplerMisconfiguredDocs,
  missingServiceNameDocs,
  attributeMisplacedDocs,
  noisySpanDocs,
  missingPropagationDocs,
  sdkLoadedLateDocs,
]);
