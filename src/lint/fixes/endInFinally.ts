import type { SpanStart } from '../otel/spanStarts';
import type { Fix, LintContext, TextEdit } from '../rule';
import { isAsync, outerParent, unwrap } from '../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { indentAt, indentStep, insertAt, lineBreak, removeStatement } from './edits';

/** Puts what follows the start of a span into `try … finally { span.end() }` and takes the other `end()` calls out. */
export function endInFinally(context: LintContext, start: SpanStart): Fix[] {
  const edits = start.form === 'startActiveSpan' ? inCallback(context, start) : afterStart(context, start);
  return edits ? [{ title: 'End the span in a finally block', edits, safe: false }] : [];
}

function afterStart(context: LintContext, start: SpanStart): TextEdit[] | undefined {
  const declaration = outerParent(start.call);
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || !start.span) return undefined;
  const list = declaration.parent;
  const statement = list.parent;
  if (!ts.isVariableStatement(statement) || !ts.isVariableDeclarationList(list) || list.declarations.length !== 1)
    return undefined;
  const block = statement.parent;
  if (!ts.isBlock(block)) return undefined;
  const following = block.statements.slice(block.statements.indexOf(statement) + 1);
  return wrap(
    context,
    following,
    start,
    insertionAfter(statement.end),
    indentAt(context.file.text, statement.getStart()),
  );
}

function insertionAfter(end: number): number {
  return end;
}

function inCallback(context: LintContext, start: SpanStart): TextEdit[] | undefined {
  const { callback } = start;
  if (!callback?.body || !start.span || !isFunctionNode(callback) || !ts.isBlock(callback.body)) return undefined;
  const first = callback.body.statements[0];
  if (!first) return undefined;
  return wrap(
    context,
    callback.body.statements,
    start,
    callback.body.getStart() + 1,
    indentAt(context.file.text, first.getStart()),
  );
}

function wrap(
  context: LintContext,
  statements: readonly ts.Statement[],
  start: SpanStart,
  at: number,
  indent: string,
): TextEdit[] | undefined {
  const { source, text } = context.file;
  const last = statements.at(-1);
  const binding = start.span!;
  const owner = start.form === 'startActiveSpan' ? start.callback! : enclosing(start.call);
  if (!last || !isWrappable(source, statements, binding.declarations[0])) return undefined;
  if (owner && goesOnAfterwards(owner, start)) return undefined;
  const newline = lineBreak(source);
  const step = indentStep(source);
  const removals = endStatements(context, statements, start).map((each) => removeStatement(source, each));
  if (binding.references.filter(({ node }) => isEnd(node)).length !== removals.length) return undefined;
  const edits: TextEdit[] = [insertAt(at, `${newline}${indent}try {`)];
  for (let line = text.indexOf('\n', at); line >= 0 && line < last.end; line = text.indexOf('\n', line + 1)) {
    const next = line + 1;
    const isRemoved = removals.some((removal) => removal.start <= next && next < removal.end);
    if (next < last.end && !isRemoved && !/[\r\n]/.test(text[next] ?? '\n')) edits.push(insertAt(next, step));
  }
  const tail = `${newline}${indent}} finally {${newline}${indent}${step}${binding.name}.end();${newline}${indent}}`;
  edits.push(...awaits(owner, statements), ...removals, insertAt(lineEndAfter(text, last.end, removals), tail));
  return edits;
}

/** When the last statement goes with its line, what comes after it begins a line earlier. */
function lineEndAfter(text: string, end: number, removals: readonly TextEdit[]): number {
  const removal = removals.find((each) => each.start < end && end <= each.end);
  if (!removal) return end;
  return text[removal.end - 1] === '\n' ? lineBreakBefore(text, removal.start) : removal.start;
}

function lineBreakBefore(text: string, at: number): number {
  const before = text[at - 2] === '\r' ? at - 2 : at - 1;
  return Math.max(before, 0);
}

function enclosing(node: ts.Node): FunctionNode | undefined {
  for (let parent = node.parent; parent; parent = parent.parent) if (isFunctionNode(parent)) return parent;
  return undefined;
}

function isEnd(node: ts.Identifier): boolean {
  const { parent } = node;
  return ts.isPropertyAccessExpression(parent) && parent.name.text === 'end';
}

/** The statements `span.end();` among `statements` and below them; those in callbacks are not ours to move. */
function endStatements(context: LintContext, statements: readonly ts.Statement[], start: SpanStart): ts.Statement[] {
  const found: ts.Statement[] = [];
  for (const statement of statements)
    walk(statement, (node) => {
      if (isFunctionNode(node)) return false;
      if (!ts.isExpressionStatement(node)) return true;
      const call = unwrap(node.expression);
      if (!ts.isCallExpression(call) || call.arguments.length > 0 || !ts.isPropertyAccessExpression(call.expression))
        return true;
      const isOurs = context.file.scopes.bindingOf(unwrap(call.expression.expression)) === start.span;
      if (isOurs && call.expression.name.text === 'end' && ts.isBlock(node.parent)) found.push(node);
      return true;
    });
  return found;
}

function isWrappable(source: ts.SourceFile, statements: readonly ts.Statement[], name: ts.Identifier): boolean {
  const text = source.text.slice(statements[0].pos, statements.at(-1)!.end);
  const hasLongText = statements.some((statement) => holdsMultiLineText(source, statement));
  const declares = statements.some((each) => ts.isFunctionDeclaration(each) || ts.isClassDeclaration(each));
  return !hasLongText && !declares && text.trim() !== '' && name.text !== '';
}

function holdsMultiLineText(source: ts.SourceFile, root: ts.Node): boolean {
  let found = false;
  walk(root, (node) => {
    const isText = ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node);
    if (isText && source.text.slice(node.getStart(source), node.end).includes('\n')) found = true;
  });
  return found;
}

/** In an async function a returned call must be awaited, or the span ends before the work does. */
function awaits(owner: FunctionNode | undefined, statements: readonly ts.Statement[]): TextEdit[] {
  if (!owner || !isAsync(owner)) return [];
  const edits: TextEdit[] = [];
  for (const statement of statements)
    walk(statement, (node) => {
      if (isFunctionNode(node)) return false;
      if (ts.isReturnStatement(node) && node.expression && ts.isCallExpression(unwrap(node.expression)))
        edits.push(insertAt(node.expression.getStart(), 'await '));
      return true;
    });
  return edits;
}

/** A function that waits for nothing hands the span's work to callbacks: `finally` would end the span before them. */
function goesOnAfterwards(owner: FunctionNode, { span }: SpanStart): boolean {
  if (isAsync(owner)) return false;
  return span!.references.some(({ node }) => {
    const around = ts.findAncestor(node.parent, isFunctionNode);
    return around !== undefined && around !== owner;
  });
}
