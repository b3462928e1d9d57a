import { attributeText } from '../../model/attributeText';
import type { Span } from '../../model/span';
import type { StackSources } from '../stackSources';
import type { Locator } from './locator';

const STACK = 'exception.stacktrace';

/**
 * Where the exception was thrown that a span recorded: a line of the user's own that ran in the span. It did not make the span, so
 * durations are not counted there; that line would look slow for what its callers did.
 */
export function exceptionFrame(stacks: StackSources): Locator {
  return {
    id: 'exception frame',
    locate({ span }) {
      for (const stack of stacksOf(span)) {
        const found = stacks.innermost(stack, span.service);
        if (!found) continue;
        const reason = found.reason.replace(/^stack trace/, 'where its exception was thrown');
        return { ...found, confidence: 'possible', reason };
      }
      return undefined;
    },
  };
}

/** The last exception first: it is the one that the span ended with. */
function stacksOf({ events, attributes }: Span): string[] {
  const ofEvents = events.map((event) => event.attributes).reverse();
  return [...ofEvents, attributes].flatMap((all) => {
    const found = all.find(({ key }) => key === STACK);
    return found ? [attributeText(found.value)] : [];
  });
}
