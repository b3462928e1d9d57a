import type { FileModel } from '../model';
import { importOf } from '../otel/imports';
import { argument, calleeName, objectProperty, unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { constantText } from './constants';

/** The object literal that an expression is or names, in this file or in one it imports. */
export function objectLiteral(file: FileModel, expression: ts.Expression): ts.ObjectLiteralExpression | undefined {
  const bare = unwrap(expression);
  if (ts.isObjectLiteralExpression(bare)) return bare;
  const binding = file.scopes.bindingOf(bare);
  const declaration = binding?.declarations[0];
  if (!binding || !declaration) return undefined;
  if (binding.kind === 'const' && ts.isVariableDeclaration(declaration.parent)) {
    const value = declaration.parent.initializer && unwrap(declaration.parent.initializer);
    return value && ts.isObjectLiteralExpression(value) ? value : frozen(value);
  }
  const from = binding.kind === 'import' ? importOf(declaration) : undefined;
  const other = from && file.module(from.module);
  const entry = from && other?.exports.byName.get(from.name);
  if (entry?.from !== 'here' || !ts.isIdentifier(entry.node)) return undefined;
  return objectLiteral(other!, entry.node);
}

export function objectValue(
  file: FileModel,
  object: ts.ObjectLiteralExpression,
  name: string,
): ts.Expression | undefined {
  const plain = objectProperty(object, name);
  if (plain) return plain;
  for (const member of object.properties)
    if (ts.isPropertyAssignment(member) && ts.isComputedPropertyName(member.name))
      if (constantText(file, member.name.expression)?.text === name) return member.initializer;
  return undefined;
}

/** The list that an expression is the name of. */
export function arrayLiteral(file: FileModel, list: ts.Expression): ts.ArrayLiteralExpression | undefined {
  const declaration = file.scopes.bindingOf(unwrap(list))?.declarations[0];
  if (!declaration || !ts.isVariableDeclaration(declaration.parent) || !declaration.parent.initializer)
    return undefined;
  const value = unwrap(declaration.parent.initializer);
  return ts.isArrayLiteralExpression(value) ? value : undefined;
}

/** In this file or in one it imports. */
export function isEnum(file: FileModel, base: ts.Identifier): boolean {
  const binding = file.scopes.bindingOf(base);
  if (binding?.kind === 'enum') return true;
  if (binding?.kind !== 'import') return false;
  const from = importOf(binding.declarations[0]);
  const other = from && file.module(from.module);
  const entry = from && other?.exports.byName.get(from.name);
  return entry?.from === 'here' && other?.scopes.bindingOf(entry.node)?.kind === 'enum';
}

/** `Object.freeze({ … })` */
function frozen(value: ts.Expression | undefined): ts.ObjectLiteralExpression | undefined {
  if (!value || !ts.isCallExpression(value) || calleeName(value) !== 'freeze') return undefined;
  const first = argument(value, 0);
  const bare = first && unwrap(first);
  return bare && ts.isObjectLiteralExpression(bare) ? bare : undefined;
}
