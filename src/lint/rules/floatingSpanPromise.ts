import { sureness } from '../grounds';
import { insertAt, rangeOf } from '../fixes/edits';
import { givesPromise, isPromise } from '../otel/promises';
import { workOfCall, type SpanWork } from '../otel/spanPromises';
import type { SpanStart } from '../otel/spanStarts';
import { usesOfSpan } from '../otel/spanUses';
import type { Fix, LintContext, Rule } from '../rule';
import { enclosingBody, isAsync, outerParent, receiver, unwrap } from '../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';

export const floatingSpanPromise: Rule = {
  id: 'floating-span-promise',
  title: 'Spans whose work nobody waits for',
  check(context) {
    for (const start of context.starts) if (start.sure) checkEarlyEnd(context, start);
    const startOf = new Map(context.starts.map((start) => [start.call, start]));
    for (const call of context.file.nodes.calls)
      if (ts.isExpressionStatement(outerParent(call))) checkFloating(context, call, startOf.get(call));
  },
};

/** `tracer.startActiveSpan('x', async …)`, or a function of the program that does so for its callers, as a statement of its own. */
function checkFloating(context: LintContext, call: ts.CallExpression, start: SpanStart | undefined): void {
  const owner = enclosingBody(call);
  if (ts.isSourceFile(owner) || isMain(owner)) return;
  const isDirect = start?.form === 'startActiveSpan';
  const work = isDirect ? directWork(context, start) : workOfCall(context.file, call, start);
  if (!work || waitsForNothing(work.callback) || settlesAnother(work)) return;
  context.report({
    ...rangeOf(call.expression),
    message: `Nobody waits for this span's work: the caller goes on, the span ends after its parent, and an error becomes an unhandled rejection. ${isAsync(owner) ? 'Await' : 'Return'} it, or write void in front when that is meant.`,
    confidence: sureness(
      'floating-span-promise',
      'dropped',
      isPassed(owner) && 'inHandler',
      !isAsync(owner) && 'notAsync',
      catchesAll(work.callback) && 'caught',
      !isDirect && 'fromHelper',
      !start && !isAsync(owner) && 'background',
      start?.sure === false && 'byName',
    ),
    fixes: () => floatingFixes(call, owner),
  });
}

function directWork({ file }: LintContext, { callback }: SpanStart): SpanWork | undefined {
  return callback && givesPromise(file, callback) ? { file, callback } : undefined;
}

/** The body of an entry point: what it starts runs on by itself. */
function isMain(owner: FunctionNode): boolean {
  if (ts.isCallExpression(outerParent(owner)) && ts.isSourceFile(enclosingBody(owner))) {
    const call = outerParent(owner) as ts.CallExpression;
    return unwrap(call.expression) === owner; // (async () => { … })()
  }
  if (ts.isFunctionDeclaration(owner)) return owner.name?.text === 'main';
  const place = outerParent(owner);
  return ts.isVariableDeclaration(place) && ts.isIdentifier(place.name) && place.name.text === 'main';
}

/** `app.get('/', async (req, res) => …)`: what calls it may wait for nothing either. */
function isPassed(owner: FunctionNode): boolean {
  const place = outerParent(owner);
  return ts.isCallExpression(place) && place.expression !== owner;
}

/** Whatever is waited for stands in a `try` whose `catch` lets nothing through. */
function catchesAll(callback: FunctionNode): boolean {
  let all = callback.body !== undefined && ts.isBlock(callback.body);
  if (all)
    walk(callback.body!, (node) => {
      if (ts.isAwaitExpression(node) && !isCaught(node, callback)) all = false;
      return !isFunctionNode(node);
    });
  return all;
}

function isCaught(waiting: ts.Node, callback: FunctionNode): boolean {
  for (let node = waiting; node.parent && node.parent !== callback; node = node.parent) {
    const { parent } = node;
    if (!ts.isTryStatement(parent) || !parent.catchClause) continue;
    if (node === parent.tryBlock && !throws(parent.catchClause.block)) return true;
  }
  return false;
}

function throws(block: ts.Block): boolean {
  let found = false;
  walk(block, (node) => {
    if (ts.isThrowStatement(node)) found = true;
    return !isFunctionNode(node);
  });
  return found;
}

/** An async function that neither awaits nor calls anything but the span's own methods is over before the caller goes on. */
function waitsForNothing(callback: FunctionNode): boolean {
  const span = callback.parameters[0]?.name.getText();
  let waits = false;
  if (callback.body)
    walk(callback.body, (node) => {
      if (ts.isAwaitExpression(node) || ts.isForOfStatement(node)) waits = true;
      if (ts.isCallExpression(node) && (span === undefined || receiver(node)?.getText() !== span)) waits = true;
    });
  return !waits;
}

/** `new Promise((resolve, reject) => … startActiveSpan('x', async () => resolve(await work())))`: who waits for that one waits for this. */
function settlesAnother({ file, callback }: SpanWork): boolean {
  const around = ts.findAncestor(
    callback,
    (node) => isFunctionNode(node) && ts.isNewExpression(node.parent) && node.parent.expression.getText() === 'Promise',
  );
  if (!around || !isFunctionNode(around)) return false;
  let settles = false;
  walk(callback, (node) => {
    if (!ts.isIdentifier(node)) return;
    const declaration = file.scopes.bindingOf(node)?.declarations[0];
    if (declaration && around.parameters.some(({ name }) => name === declaration)) settles = true;
  });
  return settles;
}

function floatingFixes(call: ts.CallExpression, owner: FunctionNode): Fix[] {
  const at = call.getStart();
  const isVoid: Fix = { title: 'Say that nobody waits: void', edits: [insertAt(at, 'void ')], safe: false };
  if (isAsync(owner)) return [{ title: 'Await it', edits: [insertAt(at, 'await ')], safe: false }, isVoid];
  const statement = outerParent(call);
  const isLast =
    ts.isBlock(statement.parent) &&
    statement.parent.parent === owner &&
    statement.parent.statements.at(-1) === statement;
  return isLast ? [{ title: 'Return it', edits: [insertAt(at, 'return ')], safe: false }, isVoid] : [isVoid];
}

/** The span is ended while the promise that is returned, or left alone, still runs. */
function checkEarlyEnd(context: LintContext, start: SpanStart): void {
  if (!start.span || (start.form !== 'startActiveSpan' && start.form !== 'startSpan')) return;
  const owner = start.form === 'startActiveSpan' ? start.callback : enclosingBody(start.call);
  if (!owner || ts.isSourceFile(owner) || !owner.body) return;
  const { ends } = usesOfSpan(context.file, start.span, owner);
  if (ends.length === 0) return;
  walk(owner.body, (node) => {
    if (isFunctionNode(node)) return false;
    if (!ts.isReturnStatement(node) || !node.expression || node.pos < startOf(start)) return true;
    const { expression } = node;
    const end = ends.find((each) => isInFinallyAround(each, node));
    const work = unwrap(expression);
    if (!end || isOwnWork(context, work, start) || !isPromise(context.file, expression, context.types)) return true;
    context.report({
      ...rangeOf(expression),
      message: `The span \`${start.span!.name}\` ends before this work is done: \`return\` without \`await\` leaves the try block at once, and finally runs. ${isAsync(owner) ? 'Write return await.' : 'Make the function async and write return await.'}`,
      confidence: sureness('floating-span-promise', 'endsEarly'),
      fixes: () =>
        isAsync(owner)
          ? [
              {
                title: 'Await it before the span ends',
                edits: [insertAt(expression.getStart(), 'await ')],
                safe: true,
              },
            ]
          : [],
    });
    return true;
  });
}

function startOf(start: SpanStart): number {
  return start.form === 'startSpan' ? start.call.end : 0;
}

/** A call that gets the span may end it when its work is done. */
function isOwnWork(context: LintContext, work: ts.Expression, start: SpanStart): boolean {
  if (!ts.isCallExpression(work)) return false;
  return work.arguments.some((each) => context.file.scopes.bindingOf(unwrap(each)) === start.span);
}

/** `end()` stands in the `finally` of a `try` whose block or catch holds the return. */
function isInFinallyAround(end: ts.CallExpression, statement: ts.ReturnStatement): boolean {
  for (let node: ts.Node = statement; node.parent && !isFunctionNode(node.parent); node = node.parent) {
    if (!ts.isTryStatement(node.parent) || node === node.parent.finallyBlock) continue;
    const block = node.parent.finallyBlock;
    if (block && outerParent(end).parent === block) return true; // not under a condition
  }
  return false;
}
