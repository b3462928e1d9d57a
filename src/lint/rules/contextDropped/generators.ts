import { sureness } from '../../grounds';
import { rangeOf } from '../../fixes/edits';
import { runsInContext } from '../../otel/liveSpans';
import { functionOf } from '../../otel/spanStarts';
import type { LintContext } from '../../rule';
import { isGenerator, returnedExpressions, unwrap } from '../../syntax/nodes';
import type { FunctionNode } from '../../syntax/walk';
import { ts } from '../../ts';
import { declaredFunction } from '../../otel/declaredFunctions';

/** A generator's body runs when it is iterated, by then outside of the call that was to give it its context. */
export function findGenerators(context: LintContext): void {
  const { file } = context;
  for (const start of context.starts)
    if (start.form === 'startActiveSpan' && start.callback)
      check(context, start.call.arguments.at(-1)!, start.callback, start.sure);
  for (const call of file.nodes.calls) {
    const run = runsInContext(file, call);
    const called = run && functionOf(file, run.run);
    if (run && called) check(context, run.run, called, true);
  }
}

function check(context: LintContext, passed: ts.Expression, run: FunctionNode, sure: boolean): void {
  const direct = isGenerator(run);
  const returned = direct ? undefined : returnedExpressions(run).find((each) => isGeneratorCall(context, each));
  if (!direct && !returned) return;
  const at = returned ?? passed;
  context.report({
    ...(direct && isWritten(passed) ? headOf(passed) : rangeOf(at)),
    message:
      'The generator runs when somebody iterates it, and then the span is no longer active: spans made in it belong to whoever iterates. Start the span inside the generator and pass its context to each step: context.with(trace.setSpan(context.active(), span), …).',
    confidence: sureness('context-dropped', 'generator', !sure && 'byName'),
  });
}

function isGeneratorCall(context: LintContext, expression: ts.Expression): boolean {
  const node = unwrap(expression);
  if (!ts.isCallExpression(node)) return false;
  const callee = unwrap(node.expression);
  if (ts.isFunctionExpression(callee)) return isGenerator(callee);
  const declared = ts.isIdentifier(callee) ? declaredFunction(context.file, callee) : undefined;
  return declared !== undefined && isGenerator(declared.node);
}

function isWritten(node: ts.Expression): node is ts.FunctionExpression {
  return ts.isFunctionExpression(unwrap(node));
}

/** `async function* name` without its body: a body underlined as a whole hides what is wrong in it. */
function headOf(node: ts.FunctionExpression): { start: number; end: number } {
  const star = node.asteriskToken;
  return { start: node.getStart(), end: node.name?.end ?? star?.end ?? node.getStart() + 1 };
}
