import { sureness, type GroundOf } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { loopAround } from '../otel/loops';
import { enclosingStatements } from '../otel/spanScope';
import type { SpanStart } from '../otel/spanStarts';
import type { LintContext, Rule } from '../rule';
import { calleeName, enclosingFunction, isAsync, receiver, unwrap } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import { ts } from '../ts';

export const noisySpan: Rule = {
  id: 'noisy-span',
  title: 'A span around next to nothing',
  check(context) {
    for (const start of context.starts) check(context, start);
  },
};

function check(context: LintContext, start: SpanStart): void {
  if (!start.sure || start.form === 'decorator' || start.form === 'wrapper') return;
  const getter = enclosingFunction(start.call);
  if (getter && ts.isGetAccessorDeclaration(getter)) {
    report(context, start, 'inGetter', 'a getter runs whenever somebody looks');
    return;
  }
  const work = enclosingStatements(context, start);
  if (!work || !isTrivial(context, work, start)) return;
  if (loopAround(start.call)) report(context, start, 'inLoop', 'it is made anew in every turn of a loop');
  else report(context, start, 'trivial', 'what it measures takes less time than the span itself');
}

/** Calls that are over in less than a microsecond. */
const CHEAP_OBJECTS = new Set([
  'Math',
  'Number',
  'String',
  'Boolean',
  'Object',
  'Array',
  'Date',
  'BigInt',
  'Symbol',
  'performance',
]);
const CHEAP_METHODS =
  /^(push|pop|at|charAt|slice|substring|trim|toLowerCase|toUpperCase|toString|toFixed|has|get|set|add|includes|startsWith|endsWith|indexOf|padStart|padEnd|concat|valueOf|getTime|now|round|floor|ceil|min|max|abs)$/;

/** Only arithmetic, assignments and calls that cost nothing; at least one of them, for an empty span may be a marker. */
function isTrivial(context: LintContext, work: readonly ts.Node[], start: SpanStart): boolean {
  let trivial = true;
  let does = false;
  for (const root of work)
    walk(root, (node) => {
      if (ts.isAwaitExpression(node) || ts.isIterationStatement(node, false) || ts.isYieldExpression(node))
        trivial = false;
      if (ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) trivial = false;
      if (ts.isReturnStatement(node) || ts.isVariableDeclaration(node) || ts.isBinaryExpression(node)) does = true;
      if (ts.isCallExpression(node) && !isCheap(context, node, start)) trivial = false;
    });
  return trivial && does;
}

function isCheap(context: LintContext, call: ts.CallExpression, start: SpanStart): boolean {
  const name = calleeName(call);
  const on = receiver(call);
  if (!on)
    return name === 'String' || name === 'Number' || name === 'Boolean' || name === 'parseInt' || name === 'parseFloat';
  const bare = unwrap(on);
  if (context.file.scopes.bindingOf(bare) === start.span) return true;
  if (ts.isIdentifier(bare) && CHEAP_OBJECTS.has(bare.text)) return true;
  if (context.file.kinds.of(on)?.kind === 'span') return true;
  // A method of one of the program's own objects may do anything, whatever it is called.
  return (
    name !== undefined &&
    CHEAP_METHODS.test(name) &&
    ts.isIdentifier(bare) &&
    context.file.scopes.bindingOf(bare)?.kind !== 'import'
  );
}

function report(context: LintContext, start: SpanStart, ground: GroundOf<'noisy-span'>, why: string): void {
  const callback = start.callback && isAsync(start.callback);
  if (callback) return;
  context.report({
    ...rangeOf(start.call.expression),
    message: `A span around next to nothing: ${why}. It costs more than the work and hides what matters in the trace. Leave it out, or use an event on the span around it, an attribute, or a counter.`,
    confidence: sureness('noisy-span', ground),
  });
}
