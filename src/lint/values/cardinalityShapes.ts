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

/** `request.params.name` of a request of the Model Context Protocol is the name of a tool or of a prompt. */
export function isToolName(file: FileModel, names: readonly string[]): boolean {
  return (
    names.at(-1) === 'name' &&
    names.at(-2) === 'params' &&
    file.modules.some(({ module }) => /\bmcp\b|modelcontextprotocol/.test(module))
  );
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

const URL_KEY = /^(http\.(target|url)|url\.(full|path|query))$/;

/** `span.attributes['http.target']`: the words of the key say what it is, and some keys are part of every request. */
export function attributeRead(base: ts.Expression, key: string): string[] | undefined {
  if (lastName(base) !== 'attributes' || !key.includes('.')) return undefined;
  return URL_KEY.test(key) ? ['request', 'url'] : key.split('.');
}
