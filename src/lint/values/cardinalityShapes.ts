import type { FileModel } from '../model';
import { calleeName, lastName, literalText, propertyName, unwrap, unwrapAwait } from '../syntax/nodes';
import type { FunctionNode } from '../syntax/walk';
import { ts } from '../ts';

export function argumentIsZero(node: ts.ElementAccessExpression): boolean {
  const index = unwrap(node.argumentExpression);
  return ts.isNumericLiteral(index) && index.text === '0';
}

/** `({ path, next }) => …` is a middleware of tRPC, whose path is the name of a procedure. */
export function isProcedurePath(element: ts.BindingElement, name: string): boolean {
  const names = element.parent.elements.map(
    (each) => ts.isBindingElement(each) && propertyName(each.propertyName ?? each.name),
  );
  return name === 'path' && names.includes('next');
}

export function isLiteral(node: ts.Expression): boolean {
  return (
    ts.isLiteralExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

export function parameterIndex(file: FileModel, node: FunctionNode, expression: ts.Expression): number | undefined {
  const declaration = file.scopes.bindingOf(unwrapAwait(expression))?.declarations[0];
  const index = node.parameters.findIndex((parameter) => parameter.name === declaration);
  return declaration && index >= 0 ? index : undefined;
}

/** The names at the end of a chain whose start is another expression: `get().a.b` → a, b. */
export function trailingNames(base: ts.Expression): string[] | undefined {
  const name = lastName(base);
  if (name !== undefined) return [name];
  if (ts.isCallExpression(base)) {
    const called = calleeName(base);
    return called === undefined ? undefined : [called.replace(/^(get|find|load|fetch|read)(?=[A-Z])/, '')];
  }
  return literalText(base) === undefined ? undefined : [];
}
