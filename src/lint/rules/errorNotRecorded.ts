import { sureness, type SomeGrounds } from '../grounds';
import { insertAt, indentAt, indentStep, lineBreak } from '../fixes/edits';
import { apiName } from '../fixes/apiImport';
import { isEndCall } from '../otel/heldSpans';
import { isOpenAt } from '../otel/liveSpans';
import { declaredFunction } from '../otel/declaredFunctions';
import { givesOpenSpan, type SpanStart } from '../otel/spanStarts';
import type { Fix, LintContext, Rule } from '../rule';
import { calleeName, enclosingBody, receiver, unwrap, isTypeScript } from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { isFunctionNode, walk } from '../syntax/walk';
import { ts } from '../ts';

export const errorNotRecorded: Rule = {
  id: 'error-not-recorded',
  title: 'An error that the span does not know of',
  check(context) {
    for (const node of context.file.nodes.tries) if (node.catchClause) check(context, node, node.catchClause);
  },
};

function check(context: LintContext, statement: ts.TryStatement, clause: ts.CatchClause): void {
  const start = spanAround(context, statement);
  if (!start?.sure) return;
  const binding = errorBinding(context, clause);
  const facts = readCatch(context, clause, start, binding);
  if (facts.isRecorded || facts.isPassedOn) return;
  // Wrappers, and tracers of the program's own, may record by themselves what leaves them, and only that.
  if (facts.throws && start.form === 'wrapper' && !start.gives) return;
  const grounds = groundsOf(statement, clause, start, facts);
  if (!grounds) return;
  const name = start.span?.name;
  context.report({
    start: clause.getStart(),
    end: clause.variableDeclaration ? clause.variableDeclaration.end + 1 : clause.getStart() + 'catch'.length,
    message: `The span${name === undefined ? '' : ` \`${name}\``} says that all went well although an error ${facts.throws ? 'leaves it' : 'was caught'} here. Record it with recordException and set the status to ERROR${facts.throws ? '' : ', or add an event when the fallback is as good'}.`,
    confidence: sureness('error-not-recorded', ...grounds, start.gives && 'fromHelper'),
    fixes: () => fixes(context, clause, start, binding),
  });
}

/** The span that the function around the `try` itself opens or runs in. */
function spanAround(context: LintContext, statement: ts.TryStatement): SpanStart | undefined {
  const body = enclosingBody(statement);
  const active = isFunctionNode(body)
    ? context.starts.find((start) => start.callback === body && start.form !== 'decorator')
    : undefined;
  const open = context.starts.findLast(
    (start) => givesOpenSpan(start) && isOpenAt(context.file, start, statement, body),
  );
  return open ?? startedInside(context, statement) ?? active;
}

/** `let span; try { span = tracer.startSpan(…); … } catch { … } finally { span?.end() }` */
function startedInside(context: LintContext, statement: ts.TryStatement): SpanStart | undefined {
  return context.starts.find(
    (start) =>
      givesOpenSpan(start) &&
      isStartedIn(start, statement.tryBlock) &&
      enclosingBody(start.call) === enclosingBody(statement) &&
      isEndedIn(start, statement.finallyBlock),
  );
}

function isStartedIn({ call }: SpanStart, block: ts.Block): boolean {
  return call.pos >= block.pos && call.end <= block.end;
}

function errorBinding(context: LintContext, clause: ts.CatchClause): Binding | undefined {
  const name = clause.variableDeclaration?.name;
  return name && context.file.scopes.bindingOf(name);
}

interface CatchFacts {
  /** The span hears of it. */
  readonly isRecorded: boolean;
  /** The error, or the span, is handed to code that may record it. */
  readonly isPassedOn: boolean;
  readonly throws: boolean;
  /** The span says something of it, without a status. */
  readonly isNoted: boolean;
  /** Something is done about it: a log line, another way to the answer. */
  readonly isHandled: boolean;
  /** Functions that are no loggers and make no words of the error. */
  readonly callsOthers: boolean;
}

const RECORDING = /^(recordException|setStatus|captureException|recordError|setError|markError|failSpan|endWithError)$/;
/** The span tells of the error in words of its own; it still counts as one that went well. */
const NOTING = /^(addEvent|setAttributes?)$/;
/** Names that only spans have for it, whatever wraps the span. */
const SPANS_ALONE = /^(recordException|setStatus|captureException)$/;
/** Of an error. */
const MAKES_WORDS =
  /^(String|(stringify|serialize|inspect|format|wrap|describe)\w*|is[A-Z]\w*|to\w*Error|get\w*Message)$/;
const LOGGERS = /^(console|logger|log|logging|winston|pino|debug|signale)$/i;

function readCatch(
  context: LintContext,
  clause: ts.CatchClause,
  start: SpanStart,
  error: Binding | undefined,
): CatchFacts {
  let isRecorded = false;
  let isPassedOn = false;
  let throws = false;
  let isHandled = false;
  let isNoted = false;
  let callsOthers = false;
  walk(clause.block, (node) => {
    if (ts.isThrowStatement(node)) throws = true;
    if (ts.isIdentifier(node) && isAssignedElsewhere(context, node, error)) isPassedOn = true;
    if (!ts.isCallExpression(node)) return;
    const name = calleeName(node) ?? '';
    const on = receiver(node);
    if (RECORDING.test(name) && (!on || SPANS_ALONE.test(name) || context.file.kinds.of(on)?.kind === 'span'))
      isRecorded = true;
    else if (NOTING.test(name) && on && context.file.kinds.of(on)?.kind === 'span') isNoted = true;
    else if (on && isLogger(on)) isHandled = true;
    else if (isSpanOf(context, on, start)) return;
    else if (takes(context, node, start.span) || takesError(context, node, error)) isPassedOn = true;
    else if (recordsForCaller(context, node, start)) isRecorded = true;
    else {
      isHandled = true;
      callsOthers ||= !MAKES_WORDS.test(name);
    }
  });
  return { isRecorded, isPassedOn, throws, isNoted, isHandled, callsOthers };
}

function isSpanOf(context: LintContext, on: ts.Expression | undefined, start: SpanStart): boolean {
  return on !== undefined && start.span !== undefined && context.file.scopes.bindingOf(unwrap(on)) === start.span;
}

function isLogger(on: ts.Expression): boolean {
  const bare = unwrap(on);
  const name = ts.isIdentifier(bare) ? bare.text : ts.isPropertyAccessExpression(bare) ? bare.name.text : '';
  return LOGGERS.test(name.replace(/^_+/, ''));
}

function takes(context: LintContext, call: ts.CallExpression, binding: Binding | undefined): boolean {
  return (
    binding !== undefined && call.arguments.some((each) => context.file.scopes.bindingOf(unwrap(each)) === binding)
  );
}

/** A function beside the span that tells it of errors: `const fail = (e) => { span.recordException(e); span.end(); }`. */
function recordsForCaller(context: LintContext, call: ts.CallExpression, { span }: SpanStart): boolean {
  const callee = unwrap(call.expression);
  const helper = ts.isIdentifier(callee) ? declaredFunction(context.file, callee) : undefined;
  if (!span || helper?.file !== context.file) return false;
  return span.references.some(({ node }) => {
    const method = ts.isPropertyAccessExpression(node.parent) ? node.parent.name.text : '';
    return SPANS_ALONE.test(method) && node.pos >= helper.node.pos && node.end <= helper.node.end;
  });
}

/** The error goes to a function that is not seen into: `handleError(error)`. Making an error of it, or text, is not that. */
function takesError(context: LintContext, call: ts.CallExpression, error: Binding | undefined): boolean {
  if (!error || !call.arguments.some((each) => isErrorItself(context, each, error))) return false;
  return !MAKES_WORDS.test(calleeName(call) ?? '');
}

/** The error, or what is made an error of it: `error instanceof Error ? error : new Error(String(error))`. */
function isErrorItself(context: LintContext, argument: ts.Expression, error: Binding): boolean {
  const node = unwrap(argument);
  if (ts.isConditionalExpression(node))
    return [node.whenTrue, node.whenFalse].some((each) => isErrorItself(context, each, error));
  return context.file.scopes.bindingOf(node) === error;
}

/** `lastError = error`: somebody looks at it afterwards. */
function isAssignedElsewhere(context: LintContext, node: ts.Identifier, error: Binding | undefined): boolean {
  if (!error || context.file.scopes.bindingOf(node) !== error) return false;
  const { parent } = node;
  return (
    ts.isBinaryExpression(parent) && parent.right === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

function groundsOf(
  statement: ts.TryStatement,
  clause: ts.CatchClause,
  start: SpanStart,
  facts: CatchFacts,
): SomeGrounds<'error-not-recorded'> | undefined {
  if (facts.throws) {
    if (isCaughtOutside(statement, start)) return undefined;
    return [
      'rethrown',
      facts.isNoted && 'handled',
      !isUnconditional(clause) && 'throwsAtTimes',
      facts.callsOthers && 'otherCalls',
    ];
  }
  if (isRetried(statement, start)) return undefined;
  const isSilent = !facts.isHandled && !facts.isNoted && awaitsWork(statement) && !isPartOfTry(statement, start);
  return [isSilent ? 'swallowed' : 'handled'];
}

/** The last statement of the catch throws: no error is let through as handled. */
function isUnconditional(clause: ts.CatchClause): boolean {
  const last = clause.block.statements.at(-1);
  return last !== undefined && ts.isThrowStatement(last);
}

/** A `try` around this one, below the same span, catches what is thrown on, and is looked at by itself. */
function isCaughtOutside(statement: ts.TryStatement, start: SpanStart): boolean {
  const body = enclosingBody(statement);
  for (let node: ts.Node = statement; node.parent && node !== body; node = node.parent) {
    const around = node.parent;
    if (
      ts.isTryStatement(around) &&
      around.catchClause &&
      around.tryBlock === node &&
      around.pos > spanPosition(start)
    ) {
      return true;
    }
  }
  return false;
}

/** Something that is tried by the way, inside of the `try` around the span's work. */
function isPartOfTry(statement: ts.TryStatement, start: SpanStart): boolean {
  const body = enclosingBody(statement);
  for (let node: ts.Node = statement; node.parent && node !== body; node = node.parent) {
    const around = node.parent;
    if (!ts.isTryStatement(around) || around.tryBlock !== node) continue;
    if (around.pos > spanPosition(start) || isEndedIn(start, around.finallyBlock)) return true;
  }
  return false;
}

function isEndedIn({ span }: SpanStart, block: ts.Block | undefined): boolean {
  if (!block || !span) return false;
  return span.references.some(({ node }) => isEndCall(node) && node.pos >= block.pos && node.end <= block.end);
}

function spanPosition(start: SpanStart): number {
  return start.callback?.pos ?? start.call.pos;
}

/** Inside a loop of the span's own work, an error that does not leave it is tried again or passed over. */
function isRetried(statement: ts.TryStatement, start: SpanStart): boolean {
  for (
    let node: ts.Node = statement;
    node.parent && node.pos >= spanPosition(start) && !isFunctionNode(node);
    node = node.parent
  )
    if (ts.isIterationStatement(node, false)) return true;
  return false;
}

function awaitsWork(statement: ts.TryStatement): boolean {
  let awaits = false;
  walk(statement.tryBlock, (node) => {
    if (ts.isAwaitExpression(node)) awaits = true;
    return !isFunctionNode(node);
  });
  return awaits;
}

function fixes(context: LintContext, clause: ts.CatchClause, start: SpanStart, error: Binding | undefined): Fix[] {
  const { source, text } = context.file;
  const status = apiName(context, 'SpanStatusCode');
  const span = start.span?.name;
  if (!status || span === undefined || (clause.variableDeclaration && !error)) return [];
  const name = error?.name ?? 'error';
  const isTyped = isTypeScript(source);
  const value = isTyped && !clause.variableDeclaration?.type ? `${name} as Error` : name;
  const newline = lineBreak(source);
  const indent = indentAt(text, clause.parent.getStart()) + indentStep(source);
  // The error may have come before the span was there.
  const dot = isStartedIn(start, clause.parent.tryBlock) ? '?.' : '.';
  const lines = [`${span}${dot}recordException(${value});`, `${span}${dot}setStatus({ code: ${status.text}.ERROR });`];
  const isOneLine = !text.slice(clause.block.getStart(), clause.block.end).includes('\n');
  const inserted = lines.map((line) => `${newline}${indent}${line}`).join('');
  const rest = clause.block.statements[0];
  const edits = [insertAt(clause.block.getStart() + 1, inserted)];
  if (isOneLine && rest)
    edits.push(replaceSpace(clause, rest, `${newline}${indent}`), ...closing(clause, newline, context));
  else if (isOneLine) edits.push(...closing(clause, newline, context));
  if (!clause.variableDeclaration) edits.push(insertAt(clause.getStart() + 'catch'.length, ' (error)'));
  return [{ title: 'Record the error on the span', edits: [...edits, ...status.edits], safe: false }];
}

function replaceSpace(clause: ts.CatchClause, rest: ts.Statement, by: string) {
  return { start: clause.block.getStart() + 1, end: rest.getStart(), text: by };
}

function closing(clause: ts.CatchClause, newline: string, context: LintContext) {
  const end = clause.block.end - 1;
  const before = /[ \t]*$/.exec(context.file.text.slice(0, end))![0].length;
  return [{ start: end - before, end, text: `${newline}${indentAt(context.file.text, clause.parent.getStart())}` }];
}
