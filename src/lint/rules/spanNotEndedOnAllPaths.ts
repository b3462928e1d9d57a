import { sureness, type SomeGrounds } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { endInFinally } from '../fixes/endInFinally';
import { isEndCall } from '../otel/heldSpans';
import { usesOfSpan, type SpanUses } from '../otel/spanUses';
import { isDescription } from '../otel/ownUses';
import { onlyWaits } from '../otel/timers';
import { givesOpenSpan, type SpanStart } from '../otel/spanStarts';
import type { LintContext, RelatedPlace, Rule } from '../rule';
import { calleeName, enclosingBody, isInside, outerParent, receiver, unwrap } from '../syntax/nodes';
import { openExits, type PathProblem } from '../syntax/paths';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';

export const spanNotEndedOnAllPaths: Rule = {
  id: 'span-not-ended-on-all-paths',
  title: 'A span that is not ended on every way out',
  check(context) {
    for (const start of context.starts) if (start.span) check(context, start);
  },
};

function check(context: LintContext, start: SpanStart): void {
  const isActive = start.form === 'startActiveSpan';
  if (!isActive && !givesOpenSpan(start)) return;
  const owner = isActive ? start.callback : enclosingBody(start.call);
  if (!owner || ownerOf(start) !== owner) return;
  const uses = usesOfSpan(context.file, start.span!, owner);
  if (uses.reassigned || uses.ends.length + uses.endingCallbacks.length === 0) return;
  const body = ts.isSourceFile(owner) ? owner : owner.body;
  if (!body) return;
  const problems = openExits({
    body,
    openAtStart: isActive,
    effectOf: effects(start, uses),
    isHarmless: (call) => isHarmless(context, call, start),
    neverRejects: (promise) => onlyWaits(context.file, promise),
    guard: (condition) => guard(context, condition, start),
    isConditional: isConditional(start),
  });
  const found =
    worst(problems.filter((problem) => isBeforeHandOver(problem, uses))) ??
    brokenChain(uses) ??
    forgottenBranch(start, uses) ??
    leftHandler(context, start, uses) ??
    leftContext(context, start, uses);
  if (found) report(context, { start, uses }, found, problems);
}

/** Once the span was handed to somebody, on whatever condition, a way out without its end may be meant. */
function isBeforeHandOver({ kind, node }: PathProblem, { handedOver }: SpanUses): boolean {
  const first = Math.min(...handedOver.map((each) => each.pos));
  return handedOver.length === 0 || (kind !== 'end' && node.pos < first);
}

/** The function in which the name is declared: a span kept in an outer variable outlives the function that starts it. */
function ownerOf(start: SpanStart): FunctionNode | ts.SourceFile {
  const declaration = start.span!.declarations[0];
  return start.form === 'startActiveSpan' ? start.callback! : enclosingBody(declaration);
}

function effects(start: SpanStart, uses: SpanUses): (node: ts.Node) => 'opens' | 'closes' | undefined {
  const closing = new Set<ts.Node>([...uses.ends, ...uses.handedOver, ...uses.endingCallbacks]);
  return (node) => {
    if (node === start.call && givesOpenSpan(start)) return 'opens';
    return closing.has(node) ? 'closes' : undefined;
  };
}

/** `if (span)`, `if (span.isRecording())`, and the other way round `if (span instanceof NonRecordingSpan)`: there is nothing to end. */
function guard(context: LintContext, condition: ts.Expression, start: SpanStart): 'holds' | 'excludes' | undefined {
  const bare = unwrap(condition);
  const isSpan = (node: ts.Node | undefined) =>
    node !== undefined && context.file.scopes.bindingOf(unwrap(node as ts.Expression)) === start.span;
  if (ts.isBinaryExpression(bare)) {
    const isOnSpan = isSpan(firstName(bare.left)) || isSpan(firstName(bare.right));
    return isOnSpan && /['"\s]NonRecordingSpan\b/.test(bare.getText()) && !/!==?/.test(bare.operatorToken.getText())
      ? 'excludes'
      : undefined;
  }
  const on = ts.isCallExpression(bare) && calleeName(bare) === 'isRecording' ? receiver(bare) : bare;
  return isSpan(on) ? 'holds' : undefined;
}

/** `span` of `span.constructor.name`. */
function firstName(expression: ts.Expression): ts.Expression {
  let node = unwrap(expression);
  while (ts.isPropertyAccessExpression(node)) node = unwrap(node.expression);
  return node;
}

/** The span is started in a branch: `active ?? tracer.startSpan(…)`, `traced ? tracer.startSpan(…) : undefined`, or set in a block below its declaration. */
function isConditional(start: SpanStart): boolean {
  const declared = start.span!.declarations[0].parent;
  for (let node: ts.Node = start.call; node !== declared && node.parent; node = node.parent) {
    if (ts.isConditionalExpression(node.parent) || ts.isIfStatement(node.parent)) return true;
    if (ts.isBinaryExpression(node.parent) && node.parent.right === node && isChoice(node.parent)) return true;
    if (node === declared.parent?.parent?.parent) return false;
  }
  return false;
}

function isChoice({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}

const QUIET_OBJECTS = new Set([
  'console',
  'logger',
  'log',
  'Math',
  'Object',
  'trace',
  'context',
  'propagation',
  'Date',
  'Number',
  'String',
]);

function isHarmless(context: LintContext, call: ts.CallExpression, start: SpanStart): boolean {
  const on = receiver(call);
  if (!on) return isDescription(context.file, call, start.span!);
  const bare = unwrap(on);
  if (context.file.scopes.bindingOf(bare) === start.span || (ts.isIdentifier(bare) && QUIET_OBJECTS.has(bare.text)))
    return true;
  return ts.isPropertyAccessExpression(bare) && /^_?(logger|log)$/.test(bare.name.text);
}

function worst(problems: readonly PathProblem[]): PathProblem | undefined {
  const order = ['return', 'end', 'throw', 'reject'] as const;
  for (const supposed of [false, true])
    for (const kind of order) {
      const found = problems.find(
        (problem) => problem.supposed === supposed && problem.kind === kind && !isProcessExit(problem.node),
      );
      if (found) return found;
    }
  return undefined;
}

function isProcessExit(node: ts.Node): boolean {
  return (
    ts.isReturnStatement(node) && node.expression !== undefined && /^process\.exit\(/.test(node.expression.getText())
  );
}

/** `work().then(() => span.end())` with nobody to end the span when the work fails. */
function brokenChain(uses: SpanUses): PathProblem | undefined {
  if (uses.ends.length > 0 || uses.handedOver.length > 0) return undefined;
  const chains = uses.endingCallbacks.map((callback) => callback.parent);
  const isThen = chains.every(
    (call) => ts.isCallExpression(call) && calleeName(call) === 'then' && call.arguments.length === 1,
  );
  const first = uses.endingCallbacks[0];
  return isThen && first ? { kind: 'reject', node: first.parent, supposed: false } : undefined;
}

/** `(result) => { if (result instanceof Error) span.recordException(result); else span.end(); }`, the only one that ends the span. */
function forgottenBranch(start: SpanStart, uses: SpanUses): PathProblem | undefined {
  const [callback, another] = uses.endingCallbacks;
  if (!callback?.body || another || uses.ends.length + uses.handedOver.length > 0) return undefined;
  const usesIn = (node: ts.Node) =>
    start.span!.references.filter(({ node: use }) => use.pos >= node.pos && use.end <= node.end);
  let found: PathProblem | undefined;
  walk(callback.body, (node) => {
    if (!ts.isIfStatement(node) || !node.elseStatement || usesIn(callback).length > usesIn(node).length) return;
    for (const branch of [node.thenStatement, node.elseStatement]) {
      const inside = usesIn(branch);
      if (inside.length > 0 && !inside.some(({ node: use }) => isEndCall(use)))
        found = { kind: 'end', node: branch, supposed: true };
    }
  });
  return found;
}

/** `.then((row) => { if (!row) return; span.end(); })`, and nothing further down the chain that ends the span in any case. */
function leftHandler(context: LintContext, start: SpanStart, uses: SpanUses): PathProblem | undefined {
  if (uses.ends.length + uses.handedOver.length > 0) return undefined;
  const methods = uses.endingCallbacks.map(methodTaking);
  if (!methods.every((method) => method === 'then' || method === 'catch')) return undefined;
  const ends = start.span!.references.flatMap(({ node }) => (isEndCall(node) ? [node.parent.parent] : []));
  const endsIn = (node: ts.Node) => ends.some((end) => end.pos >= node.pos && end.end <= node.end);
  for (const { body, parameters } of uses.endingCallbacks) {
    if (!body || parameters.length === 0) continue;
    const left = openExits({
      body,
      openAtStart: true,
      effectOf: (node) => (ends.includes(node) || (isFunctionNode(node) && endsIn(node)) ? 'closes' : undefined),
      isHarmless: () => true,
      guard: (condition) => guard(context, condition, start),
      isConditional: false,
    }).find(({ kind }) => kind === 'return');
    if (left) return left;
  }
  return undefined;
}

/** `context.with(withSpan, async () => { await work(); span.end(); })`, where nothing else ends the span when the work fails. */
function leftContext(context: LintContext, start: SpanStart, uses: SpanUses): PathProblem | undefined {
  const [callback, another] = uses.endingCallbacks;
  if (!callback?.body || another || uses.ends.length + uses.handedOver.length > 0) return undefined;
  const run = outerParent(callback);
  if (!ts.isCallExpression(run) || calleeName(run) !== 'with' || !context.file.kinds.is(receiver(run), 'contextApi'))
    return undefined;
  const ends = start.span!.references.flatMap(({ node }) => (isEndCall(node) ? [node.parent.parent] : []));
  return openExits({
    body: callback.body,
    openAtStart: true,
    effectOf: (node) =>
      ends.some((end) => end === node || (isFunctionNode(node) && isInside(end, node))) ? 'closes' : undefined,
    isHarmless: () => true,
    neverRejects: (promise) => onlyWaits(context.file, promise),
    guard: (condition) => guard(context, condition, start),
    isConditional: false,
  }).find(({ kind }) => kind === 'reject');
}

function methodTaking(callback: FunctionNode): string | undefined {
  const call = outerParent(callback);
  return ts.isCallExpression(call) ? calleeName(call) : undefined;
}

function report(
  context: LintContext,
  { start, uses }: { readonly start: SpanStart; readonly uses: SpanUses },
  found: PathProblem,
  problems: readonly PathProblem[],
): void {
  const name = start.span!.name;
  context.report({
    ...rangeOf(start.call.expression),
    message: `The span \`${name}\` is not ended when ${way(context, found)}: it is then lost, with all that would explain it. End it in a finally block.`,
    confidence: sureness('span-not-ended-on-all-paths', ...grounds(start, found, uses)),
    // Errors that skip the end have one cause throughout a file: that nobody thought of finally. Ways out are each their own.
    once: found.kind === 'reject' && !found.supposed && uses.ends.length > 0 ? 'rejection' : undefined,
    related: problems.filter(({ kind }) => kind !== 'end').map((problem) => related(problem)),
    fixes: () => endInFinally(context, start),
  });
}

function grounds(
  start: SpanStart,
  { kind, supposed }: PathProblem,
  { endingCallbacks, handedOver }: SpanUses,
): SomeGrounds<'span-not-ended-on-all-paths'> {
  return [
    kind === 'reject' ? 'rejection' : 'exit',
    supposed && 'exception',
    endingCallbacks.length + handedOver.length > 0 && 'spread',
    isConditional(start) && 'borrowed',
    start.gives && 'fromHelper',
    !start.sure && 'byName',
  ];
}

function way(context: LintContext, { kind, node, supposed }: PathProblem): string {
  const { source } = context.file;
  const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  if (supposed)
    return ts.isStatement(node) && ts.isIfStatement(node.parent)
      ? `the branch on line ${line} is taken`
      : 'an exception is caught before its end';
  switch (kind) {
    case 'return':
      return `line ${line} returns`;
    case 'throw':
      return `line ${line} throws`;
    case 'reject':
      return `the promise on line ${line} rejects`;
    case 'end':
      return 'the function runs to its end';
  }
}

function related({ kind, node }: PathProblem): RelatedPlace {
  const what = { return: 'returns', throw: 'throws', reject: 'may reject', end: 'ends' }[kind];
  return { ...rangeOf(node), message: `${what} with the span open` };
}
