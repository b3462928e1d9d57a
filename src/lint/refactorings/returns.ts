import { insertAt } from '../fixes/edits';
import { isPromise } from '../otel/promises';
import type { LintContext, TextEdit, TextRange } from '../rule';
import { unwrap, unwrapAwait } from '../syntax/nodes';
import { isFunctionNode, walk } from '../syntax/walk';
import { ts } from '../ts';
import { shifted } from './layout';

/** How a callback treats what is returned in it. */
export interface ReturnStyle {
  /** The callback is async: the span must not end before the returned work does. */
  readonly awaits: boolean;
  /** The code was in a function that is not async: whatever it returned is the promise itself. */
  readonly promises: boolean;
}

/** The text of statements, indented by `step` more, with returned work awaited where the style asks for it. */
export function movedText(
  context: LintContext,
  roots: readonly ts.Node[],
  range: TextRange,
  step: string,
  style: ReturnStyle,
): string {
  const { source } = context.file;
  const edits = style.awaits ? returned(roots).flatMap((each) => awaitEdits(context, each, style)) : [];
  // Each edit is an insertion inside one line, so that the pieces between them can be shifted one by one.
  let result = '';
  let from = range.start;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    result += shifted(source, { start: from, end: edit.start }, step) + edit.text;
    from = edit.start;
  }
  return result + shifted(source, { start: from, end: range.end }, step);
}

function returned(roots: readonly ts.Node[]): ts.Expression[] {
  const found: ts.Expression[] = [];
  for (const root of roots) {
    if (ts.isExpression(root)) found.push(root);
    else
      walk(root, (node) => {
        if (isFunctionNode(node)) return false;
        if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
        return true;
      });
  }
  return found;
}

function awaitEdits(context: LintContext, expression: ts.Expression, { promises }: ReturnStyle): TextEdit[] {
  if (unwrapAwait(expression) !== unwrap(expression) || isValue(unwrap(expression))) return [];
  if (!promises && !mayBePromise(context, expression)) return [];
  const needsGroup = ts.isConditionalExpression(expression) || ts.isBinaryExpression(expression);
  const [before, after] = needsGroup ? ['await (', ')'] : ['await ', ''];
  return [insertAt(expression.getStart(context.file.source), before), insertAt(expression.end, after)];
}

function isValue(node: ts.Expression): boolean {
  return (
    ts.isLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isTemplateExpression(node) ||
    isFunctionNode(node)
  );
}

/** Calls, names of promises, and what they are chosen from; not what is plainly a value. */
function mayBePromise(context: LintContext, expression: ts.Expression): boolean {
  const { file, types } = context;
  const node = unwrap(expression);
  if (unwrapAwait(node) !== node) return false;
  if (ts.isNewExpression(node)) return isPromise(file, node);
  if (ts.isCallExpression(node) || ts.isTaggedTemplateExpression(node))
    return types.factsOf(node)?.primitive === undefined;
  if (ts.isConditionalExpression(node))
    return mayBePromise(context, node.whenTrue) || mayBePromise(context, node.whenFalse);
  if (ts.isBinaryExpression(node))
    return isChoice(node) && (mayBePromise(context, node.left) || mayBePromise(context, node.right));
  return isPromiseName(context, node);
}

function isChoice({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.QuestionQuestionToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandToken
  );
}

function isPromiseName({ file, types }: LintContext, node: ts.Expression): boolean {
  const declaration = file.scopes.bindingOf(node)?.declarations[0].parent;
  const value = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return (value !== undefined && isPromise(file, value)) || types.factsOf(node)?.isPromise === true;
}
