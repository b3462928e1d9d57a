import { indentAt, indentStep, lineBreak, statementEnd } from '../fixes/edits';
import { givesPromise, isPromise } from '../otel/promises';
import { givesOpenSpan } from '../otel/spanStarts';
import type { LintContext, TextEdit, TextRange } from '../rule';
import { isAsync, isGenerator } from '../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { refused, type Offer } from './refactoring';
import { movedText } from './returns';
import { behaviourOf, depthOf, returnTypeOf, spanBlock } from './spanBlock';
import { spanMakerFor, type SpanMaker } from './spanMaker';
import { functionName, spanNameOf } from './spanNaming';

/** Puts the body of a function into a span, which ends when the function does and hears of its error. */
export function wrapFunction(context: LintContext, node: FunctionNode): Offer | undefined {
  const title = `Wrap ${functionName(node) ?? 'the function'} in a span`;
  if (hasOwnSpan(context, node)) return undefined;
  const reason = refusal(node);
  if (reason !== undefined) return refused(title, reason);
  const wrapsAsync = isAsync(node) || givesPromise(context.file, node) || returnsTypedPromise(context, node);
  const maker = spanMakerFor(context, node, wrapsAsync);
  if (!maker) return refused(title, 'A name of @opentelemetry/api means something else in this file.');
  const body = ts.isBlock(node.body!)
    ? blockEdit(context, node, node.body, maker, wrapsAsync)
    : expressionEdit(context, node, node.body as ts.Expression, maker, wrapsAsync);
  return { title, edits: [...maker.edits, body] };
}

function refusal(node: FunctionNode): string | undefined {
  if (isGenerator(node))
    return 'A generator is suspended at every yield, in the context of whoever iterates it. Start a span with startSpan, and end it in a finally block.';
  if (ts.isConstructorDeclaration(node))
    return 'A constructor must set its fields by its own statements. Wrap the call of new, or what is slow in it.';
  if (ts.isAccessor(node)) return 'An accessor is read as if it cost nothing. Make it a method, and wrap that.';
  if (ts.isBlock(node.body!) && afterDirectives(node.body).length === 0) return 'The function does nothing.';
  return undefined;
}

/** What a span runs, or a function that has one started by a decorator, around everything, or as one of the body's own statements. */
function hasOwnSpan(context: LintContext, node: FunctionNode): boolean {
  return context.starts.some((start) => {
    const { form, call } = start;
    if (start.callback === node) return true;
    if (form === 'decorator') return call.parent.parent === node;
    let top: ts.Node = call;
    while (top.parent && top.parent !== node.body && top.parent !== node) {
      if (isFunctionNode(top.parent) || ts.isCatchClause(top.parent)) return false;
      top = top.parent;
    }
    if (top.parent === node) return top === node.body;
    if (top.parent !== node.body || !ts.isBlock(node.body)) return false;
    const isWhole = !givesOpenSpan(start) && afterDirectives(node.body).length === 1;
    return isWhole || (givesOpenSpan(start) && ts.isVariableStatement(top));
  });
}

function returnsTypedPromise({ file, types }: LintContext, node: FunctionNode): boolean {
  const returned: ts.Expression[] = [];
  if (!ts.isBlock(node.body!)) returned.push(node.body as ts.Expression);
  else
    walk(node.body, (inner) => {
      if (isFunctionNode(inner)) return false;
      if (ts.isReturnStatement(inner) && inner.expression) returned.push(inner.expression);
      return true;
    });
  return !node.type && returned.some((each) => isPromise(file, each, types));
}

function afterDirectives(body: ts.Block): readonly ts.Statement[] {
  const first = body.statements.findIndex(
    (each) => !ts.isExpressionStatement(each) || !ts.isStringLiteral(each.expression),
  );
  return first < 0 ? [] : body.statements.slice(first);
}

function blockEdit(
  context: LintContext,
  node: FunctionNode,
  body: ts.Block,
  maker: SpanMaker,
  wrapsAsync: boolean,
): TextEdit {
  const { source, text } = context.file;
  const newline = lineBreak(source);
  const step = indentStep(source);
  const outer = indentAt(text, body.getStart(source));
  const indent = outer + step;
  const statements = afterDirectives(body);
  const directives = body.statements.slice(0, body.statements.length - statements.length);
  const start = directives.at(-1)?.end ?? body.getStart(source) + 1;
  const { range, lead } = contentOf(text, start, body.end - 1);
  const content = movedText(context, statements, range, step.repeat(depthOf(maker)), {
    awaits: wrapsAsync,
    promises: !isAsync(node),
  });
  const isOneLine = !text.slice(start, range.start).includes('\n');
  const first = isOneLine ? indent : indentAt(text, range.start);
  const call = spanBlock(context, {
    maker,
    name: spanNameOf(context, node),
    isAsync: wrapsAsync,
    returns: returnTypeOf(context, node),
    indent,
    content: first + step.repeat(depthOf(maker)) + content,
    node: body,
  });
  const keyword = givesNothing(node, statements, wrapsAsync) ? '' : 'return ';
  const end = statementEnd(source);
  return {
    start,
    end: body.end - 1,
    text: `${lead}${newline}${indent}${keyword}${call}${end}${newline}${outer}`,
  };
}

/** The body between its braces: a comment behind the first one stays there. */
function contentOf(text: string, start: number, end: number): { range: TextRange; lead: string } {
  const lead = /^[ \t]*\/\/[^\r\n]*/.exec(text.slice(start, end))?.[0] ?? '';
  let from = start + lead.length;
  let to = end;
  while (from < to && /\s/.test(text[from])) from++;
  while (to > from && /\s/.test(text[to - 1])) to--;
  return { range: { start: from, end: to }, lead };
}

/** A sync function that returns no value needs no `return` before the call; the promise of an async one must go out. */
function givesNothing(node: FunctionNode, statements: readonly ts.Statement[], wrapsAsync: boolean): boolean {
  if (wrapsAsync) return false;
  if (node.type) return node.type.kind === ts.SyntaxKind.VoidKeyword;
  return !behaviourOf(statements).returnsValue;
}

function expressionEdit(
  context: LintContext,
  node: FunctionNode,
  body: ts.Expression,
  maker: SpanMaker,
  wrapsAsync: boolean,
): TextEdit {
  const { source, text } = context.file;
  const step = indentStep(source);
  const indent = indentAt(text, node.getStart(source));
  const value = valueOf(body);
  const range = { start: value.getStart(source), end: value.end };
  const depth = step.repeat(depthOf(maker));
  const moved = movedText(context, [value], range, depth, { awaits: wrapsAsync, promises: !isAsync(node) });
  const call = spanBlock(context, {
    maker,
    name: spanNameOf(context, node),
    isAsync: wrapsAsync,
    returns: returnTypeOf(context, node),
    indent,
    content: `${indent}${depth}return ${moved}${statementEnd(source)}`,
    node: body,
  });
  return { start: body.getStart(source), end: body.end, text: call };
}

/** An object literal needs parentheses as a short arrow's body, and none after `return`. */
function valueOf(body: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(body) && ts.isObjectLiteralExpression(body.expression) ? body.expression : body;
}
