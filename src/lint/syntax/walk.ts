import { ts } from '../ts';
import { kindSet } from './kindSet';

/** Visits `root` and everything below it in source order, without recursion. `enter` may answer `false` to skip what is below. */
export function walk(root: ts.Node, enter: (node: ts.Node) => boolean | void): void {
  const stack: ts.Node[] = [root];
  const children: ts.Node[] = [];
  const collect = (child: ts.Node) => {
    children.push(child);
  };
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (enter(node) === false) continue;
    ts.forEachChild(node, collect);
    while (children.length > 0) stack.push(children.pop()!);
  }
}

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return FUNCTIONS[node.kind] === 1;
}

/** The kinds of {@link FunctionNode}. */
export const FUNCTION_KINDS: readonly FunctionNode['kind'][] = [
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.ArrowFunction,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.Constructor,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.SetAccessor,
];

const FUNCTIONS = kindSet(...FUNCTION_KINDS);
