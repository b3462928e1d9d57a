import { Registry } from '../../base/registry';
import { attributeText } from '../../model/attributeText';
import { STACK_KEY } from '../../model/codeAttributes';
import type { Operation, OperationLocator } from '../../model/operation';
import type { SourceLocation } from '../../model/sourceLocation';
import type { Span } from '../../model/span';
import type { StackSources } from '../stackSources';
import { exceptionFrame } from './exceptionFrame';
import type { Locator, SpanClues } from './locator';
import { nearestAncestor } from './nearestAncestor';
import { recorded } from './recorded';

/** All ways to find a span's line, the surest first: the first that knows one is taken. */
export function createLocators(index: OperationLocator, stacks: StackSources, asked: Locator): Registry<Locator> {
  const own: Locator[] = [recorded, asked, { id: 'operation', locate: ({ operation }) => index.locate(operation) }];
  const ofItself = (span: Span) => locateBy(own, { span, operation: operationOf(span), ancestors: () => [] });
  // What is shown of a span should be the line that counts it, so an exception's line comes after the operation's.
  return new Registry('locator', [...own, exceptionFrame(stacks), nearestAncestor(ofItself)]);
}

export function locateBy(locators: Iterable<Locator>, clues: SpanClues): SourceLocation | undefined {
  for (const locator of locators) {
    const found = locator.locate(clues);
    if (found) return found;
  }
  return undefined;
}

export function operationOf({ service, scope, name, kind, resource, attributes }: Span): Operation {
  const language = resource.find(({ key }) => key === 'telemetry.sdk.language');
  const stack = attributes.find(({ key }) => key === STACK_KEY);
  return {
    service,
    scope: scope.name,
    name,
    kind,
    language: language ? attributeText(language.value) : '',
    ...(stack && { stack: attributeText(stack.value) }),
  };
}
