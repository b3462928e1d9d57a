import type { FileModel } from '../../lint/model';
import { importOf, type Imported, moduleOfExpression } from '../../lint/otel/imports';
import { propertyName, unwrap } from '../../lint/syntax/nodes';
import { type FunctionNode, isFunctionNode } from '../../lint/syntax/walk';
import { ts } from '../../lint/ts';

/** Where a name comes from that another module gave: of `const { json } = require('express')` that is `json` of express. */
export function importedBy(file: FileModel, expression: ts.Expression): Imported | undefined {
  const bare = unwrap(expression);
  if (ts.isPropertyAccessExpression(bare)) {
    const whole = importedBy(file, bare.expression);
    return whole && (whole.name === '*' || whole.name === 'default')
      ? { module: whole.module, name: bare.name.text }
      : undefined;
  }
  const required = moduleOfExpression(bare);
  if (required !== undefined) return { module: required, name: '*' };
  const declaration = declarationOf(file, bare);
  if (!declaration) return undefined;
  const { parent } = declaration;
  if (ts.isBindingElement(parent) && ts.isVariableDeclaration(parent.parent.parent)) {
    const module = parent.parent.parent.initializer && moduleOfExpression(parent.parent.parent.initializer);
    const name = propertyName(parent.propertyName ?? parent.name);
    return module === undefined || name === undefined ? undefined : { module, name };
  }
  if (ts.isVariableDeclaration(parent)) {
    const module = parent.initializer && moduleOfExpression(parent.initializer);
    return module === undefined ? undefined : { module, name: '*' };
  }
  return importOf(declaration);
}

/** What a variable was declared with. */
export function initializerOf(file: FileModel, expression: ts.Expression): ts.Expression | undefined {
  const parent = declarationOf(file, expression)?.parent;
  return parent && ts.isVariableDeclaration(parent) && parent.initializer ? unwrap(parent.initializer) : undefined;
}

/** The function that a name stands for in its file, declared or assigned. */
export function functionOf(file: FileModel, expression: ts.Expression): FunctionNode | undefined {
  const bare = unwrap(expression);
  if (isFunctionNode(bare)) return bare;
  const parent = declarationOf(file, bare)?.parent;
  if (parent && isFunctionNode(parent)) return parent;
  const value = initializerOf(file, bare);
  return value && isFunctionNode(value) ? value : undefined;
}

function declarationOf(file: FileModel, expression: ts.Expression): ts.Identifier | undefined {
  return ts.isIdentifier(expression) ? file.scopes.bindingOf(expression)?.declarations[0] : undefined;
}
