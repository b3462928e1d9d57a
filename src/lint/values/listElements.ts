import type { FileModel } from '../model';
import { calleeName, unwrap } from '../syntax/nodes';
import { isFunctionNode } from '../syntax/walk';
import { ts } from '../ts';

const ITERATES = /^(forEach|map|flatMap|filter|find|some|every|reduce)$/;

/** `route` of `routes.forEach((route) => …)` and of `for (const route of routes)`, and what belongs to it: the list may be written down. */
export function isOfList(file: FileModel, expression: ts.Expression): boolean {
  let root = unwrap(expression);
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = unwrap(root.expression);
  const declaration = file.scopes.bindingOf(root)?.declarations[0];
  if (!declaration) return false;
  let holder: ts.Node = declaration.parent;
  while (ts.isBindingElement(holder)) holder = holder.parent.parent;
  if (ts.isVariableDeclaration(holder)) return ts.isForOfStatement(holder.parent.parent);
  if (!ts.isParameter(holder) || !isFunctionNode(holder.parent)) return false;
  const call = holder.parent.parent;
  return ts.isCallExpression(call) && call.arguments[0] === holder.parent && ITERATES.test(calleeName(call) ?? '');
}
