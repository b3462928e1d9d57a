import type { FileModel } from '../model';
import { literalText, returnedExpressions, unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { constantText, type ConstantText } from '../values/constants';
import { declaredFunction } from './declaredFunctions';

interface MemberSet {
  readonly key: ConstantText;
  readonly keyNode: ts.Node;
  readonly value: ts.Expression;
  readonly shape: 'assignment';
  readonly node: ts.Node;
}

/** `attributes['user.email'] = email`, for an object of the file that is written as a whole: by its name, or as what a function gives. */
export function membersSetLater(file: FileModel, object: ts.Expression): MemberSet[] {
  const name = nameOf(file, object);
  const binding = name && file.scopes.bindingOf(name);
  const declaration = binding?.declarations[0].parent;
  if (!binding || !declaration || !ts.isVariableDeclaration(declaration) || !isPlainObject(declaration.initializer))
    return [];
  return binding.references.flatMap(({ node }) => setBy(file, node) ?? []);
}

function isPlainObject(value: ts.Expression | undefined): boolean {
  return value !== undefined && ts.isObjectLiteralExpression(unwrap(value));
}

function nameOf(file: FileModel, object: ts.Expression): ts.Identifier | undefined {
  const node = unwrap(object);
  if (ts.isIdentifier(node)) return node;
  const callee = ts.isCallExpression(node) ? unwrap(node.expression) : undefined;
  const helper = callee && ts.isIdentifier(callee) ? declaredFunction(file, callee) : undefined;
  if (helper?.file !== file) return undefined;
  const [only, another] = returnedExpressions(helper.node);
  const value = only && !another ? unwrap(only) : undefined;
  return value && ts.isIdentifier(value) ? value : undefined;
}

function setBy(file: FileModel, use: ts.Identifier): MemberSet | undefined {
  const access = use.parent;
  if (!ts.isElementAccessExpression(access) || access.expression !== use) return undefined;
  const assignment = access.parent;
  if (!ts.isBinaryExpression(assignment) || assignment.left !== access) return undefined;
  if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  const keyNode = access.argumentExpression;
  const isConstant = literalText(keyNode) !== undefined || ts.isIdentifier(keyNode);
  const key = isConstant ? constantText(file, keyNode) : undefined;
  return key && { key, keyNode, value: assignment.right, shape: 'assignment', node: assignment };
}
