import type { FileModel } from '../model';
import { calleeName, outerParent, receiver, unwrap, unwrapAwait } from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { ts } from '../ts';

/** The variable that holds the value of an expression: `const x = …`, `x = …`, `const x = cond ? … : …`. */
export function assignedTo(file: FileModel, expression: ts.Expression): Binding | undefined {
  let node: ts.Expression = expression;
  for (;;) {
    const parent: ts.Node = node.parent;
    if (ts.isVariableDeclaration(parent) && parent.initializer === node) return file.scopes.bindingOf(parent.name);
    if (ts.isBinaryExpression(parent)) {
      const operator = parent.operatorToken.kind;
      if (operator === ts.SyntaxKind.EqualsToken && parent.right === node) {
        const target = unwrap(parent.left);
        return file.scopes.bindingOf(target);
      }
      if (operator !== ts.SyntaxKind.BarBarToken && operator !== ts.SyntaxKind.QuestionQuestionToken) return undefined;
      node = parent;
    } else if (ts.isConditionalExpression(parent) && parent.condition !== node) node = parent;
    else if (ts.isExpression(parent) && unwrapAwait(parent) === unwrapAwait(node)) node = parent;
    else if (isFluent(parent, node)) node = parent.parent as ts.CallExpression;
    else return undefined;
  }
}

/** `startSpan('x').setAttribute(…)` gives the span again. */
function isFluent(parent: ts.Node, node: ts.Node): boolean {
  return (
    ts.isPropertyAccessExpression(parent) &&
    parent.expression === node &&
    ts.isCallExpression(parent.parent) &&
    parent.parent.expression === parent &&
    /^(setAttributes?|addEvent|addLinks?|setStatus|updateName)$/.test(parent.name.text)
  );
}

/** `span` of `span.end()`. */
export function isEndCall(use: ts.Identifier): boolean {
  const { parent } = use;
  return (
    ts.isPropertyAccessExpression(parent) &&
    parent.expression === use &&
    parent.name.text === 'end' &&
    ts.isCallExpression(parent.parent) &&
    parent.parent.expression === parent
  );
}

/** `spans[id] = span`, `this.spans.set(id, { span })`, `spans.push(span)`: put where others find it. */
export function isKept(use: ts.Identifier): boolean {
  let node: ts.Node = use;
  let place = outerParent(node);
  while (isPartOfValue(place)) {
    node = place;
    place = outerParent(node);
  }
  if (ts.isBinaryExpression(place))
    return place.operatorToken.kind === ts.SyntaxKind.EqualsToken && isMember(unwrap(place.left));
  return (
    ts.isCallExpression(place) &&
    receiver(place) !== undefined &&
    /^(set|add|push|unshift)$/.test(calleeName(place) ?? '')
  );
}

/** Of an object or a list written down as it is. */
function isPartOfValue(node: ts.Node): boolean {
  return (
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node)
  );
}

function isMember(node: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}
