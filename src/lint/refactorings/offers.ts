import { errorMessage } from '../../base/log';
import { contextOf, type LintRequest } from '../lintSource';
import { API_MODULE, isOtelModule } from '../otel/imports';
import type { ParsedFile } from '../parsedFile';
import type { LintContext } from '../rule';
import { refactorings } from './index';
import { refused, type OfferedRefactoring, type Refactoring, type Selection } from './refactoring';

/** What can be made of the selected code. Nothing in files of projects that do not use OpenTelemetry, unless the user asked. */
export function offersAt(file: ParsedFile, request: LintRequest, selection: Selection): OfferedRefactoring[] {
  const context = contextOf(file, request);
  const canImport = request.project.dependsOn(API_MODULE) || file.modules.some(({ module }) => isOtelModule(module));
  if (!canImport && !selection.asked) return [];
  const offered: OfferedRefactoring[] = [];
  for (const refactoring of refactorings) {
    const offer = offerOf(refactoring, context, selection, request);
    if (!offer) continue;
    const isPossible = canImport || 'refused' in offer;
    offered.push({ kind: refactoring.kind, offer: isPossible ? offer : refused(offer.title, NOT_INSTALLED) });
  }
  return offered;
}

const NOT_INSTALLED = `The project does not depend on ${API_MODULE}. Install it first: npm install ${API_MODULE}.`;

function offerOf(refactoring: Refactoring, context: LintContext, selection: Selection, { log, path }: LintRequest) {
  try {
    return refactoring.offer(context, selection);
  } catch (error) {
    log.error(`Refactoring ${refactoring.id} failed on ${path}: ${errorMessage(error)}; it is not offered there`);
    return undefined;
  }
}
