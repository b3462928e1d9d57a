import { enclosingFunction, propertyName } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';

/** 1-based, where a call is made: at the method's name, as stacks have it. */
export function callPosition(call: ts.CallExpression): { line: number; column: number } {
  const { expression } = call;
  return positionOf(ts.isPropertyAccessExpression(expression) ? expression.name : expression);
}

export function positionOf(node: ts.Node): { line: number; column: number } {
  const source = node.getSourceFile();
  const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return { line: line + 1, column: character + 1 };
}

/** The nearest named function around a node. */
export function functionNameAround(node: ts.Node): { functionName?: string } {
  for (let around = enclosingFunction(node); around; around = enclosingFunction(around)) {
    const name = around.name ? propertyName(around.name) : assignedName(around);
    if (name !== undefined) return { functionName: name };
  }
  return {};
}

function assignedName({ parent }: ts.Node): string | undefined {
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent))
    return ts.isIdentifier(parent.name) ? parent.name.text : undefined;
  return undefined;
}
