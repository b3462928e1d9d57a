import type { LintContext } from '../rule';
import { enclosingBody, outerParent } from '../syntax/nodes';
import { ts } from '../ts';
import type { SpanStart } from './spanStarts';
import { usesOfSpan } from './spanUses';

/**
 * What runs while a span is open, where that can be told: the body of the callback, or the statements between start and end in one
 * block. Undefined when the span lives on elsewhere.
 */
export function enclosingStatements(context: LintContext, start: SpanStart): readonly ts.Node[] | undefined {
  if (start.form === 'startActiveSpan') {
    const body = start.callback?.body;
    if (!body) return undefined;
    return ts.isBlock(body) ? body.statements : [body];
  }
  if (!start.span) return undefined;
  const owner = enclosingBody(start.call);
  const uses = usesOfSpan(context.file, start.span, owner);
  if (uses.handedOver.length + uses.endingCallbacks.length > 0 || uses.ends.length !== 1) return undefined;
  const declaration = outerParent(start.call);
  const first = ts.findAncestor(declaration, ts.isVariableStatement);
  const last = ts.findAncestor(uses.ends[0], ts.isExpressionStatement);
  if (!first || !last || first.parent !== last.parent || !ts.isBlock(first.parent)) return undefined;
  const { statements } = first.parent;
  return statements.slice(statements.indexOf(first) + 1, statements.indexOf(last));
}
