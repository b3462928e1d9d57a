import { sureness } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { endInFinally } from '../fixes/endInFinally';
import { givesOpenSpan, type SpanStart } from '../otel/spanStarts';
import { usesOfSpan } from '../otel/spanUses';
import type { LintContext, Rule } from '../rule';
import { enclosingBody, outerParent } from '../syntax/nodes';
import { ts } from '../ts';

const MESSAGE = 'is never ended: it is not exported, and neither its time nor its attributes are ever seen.';

export const spanNotEnded: Rule = {
  id: 'span-not-ended',
  title: 'A span that is never ended',
  check(context) {
    for (const start of context.starts) if (start.sure && isNeverEnded(context, start)) report(context, start);
  },
};

function isNeverEnded(context: LintContext, start: SpanStart): boolean {
  if (givesOpenSpan(start))
    return start.span ? hasNoEnd(context, start) : ts.isExpressionStatement(outerParent(start.call));
  if (start.form !== 'startActiveSpan' || !start.callback) return false;
  // Without a parameter the span can still be had from the active context.
  return start.span
    ? hasNoEnd(context, start)
    : !start.callback.parameters[0] && !usesActiveSpan(context, start.callback);
}

function hasNoEnd(context: LintContext, start: SpanStart): boolean {
  const body = start.form === 'startActiveSpan' ? start.callback! : enclosingBody(start.call);
  const binding = start.span!;
  if (isExported(context, binding.declarations[0])) return false;
  const uses = usesOfSpan(context.file, binding, body);
  return uses.ends.length + uses.handedOver.length + uses.endingCallbacks.length === 0;
}

function isExported(context: LintContext, name: ts.Identifier): boolean {
  return [...context.file.exports.byName.values()].some((each) => {
    return each.from === 'here' && context.file.scopes.bindingOf(each.node) === context.file.scopes.bindingOf(name);
  });
}

function usesActiveSpan(context: LintContext, node: ts.Node): boolean {
  return /getActiveSpan|getSpan\s*\(|arguments/.test(node.getText(context.file.source));
}

function report(context: LintContext, start: SpanStart): void {
  const name = start.span?.name;
  const what = name === undefined ? 'The span started here' : `The span \`${name}\``;
  context.report({
    ...rangeOf(start.call.expression),
    message: `${what} ${MESSAGE} Call end() in a finally block.`,
    confidence: sureness('span-not-ended', 'shown', start.gives && 'fromHelper'),
    once: start.gives ? start.call.expression.getText(context.file.source) : undefined,
    fixes: () => endInFinally(context, start),
  });
}
