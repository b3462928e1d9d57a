import { Registry } from '../../base/registry';
import { attributeText } from '../../model/attributeText';
import type { Operation } from '../../model/operation';
import type { SourceLocation } from '../../model/sourceLocation';
import type { Span } from '../../model/span';
import type { CallSiteIndex } from './callSiteIndex';
import type { Locator, SpanClues } from './locator';
import { nearestAncestor } from './nearestAncestor';
import { recorded } from './recorded';

/** All ways to find a span's line, the surest first: the first that knows one is taken. */
export function createLocators(index: CallSiteIndex): Registry<Locator> {
  const own: Locator[] = [recorded, { id: 'call-site index', locate: ({ operation }) => index.locate(operation) }];
  const ofItself = (span: Span) => locateBy(own, { span, operation: operationOf(span), ancestors: () => [] });
  return new Registry('locator', [...own, nearestAncestor(ofItself)]);
}

export function locateBy(locators: Iterable<Locator>, clues: SpanClues): SourceLocation | undefined {
  for (const locator of locators) {
    const found = locator.locate(clues);
    if (found) return found;
  }
  return undefined;
}

export function operationOf({ service, scope, name, kind, resource }: Span): Operation {
  const language = resource.find(({ key }) => key === 'telemetry.sdk.language');
  return { service, scope: scope.name, name, kind, language: language ? attributeText(language.value) : '' };
}
