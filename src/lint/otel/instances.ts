import type { FileModel, FunctionInFile } from '../model';
import { enclosingClass, propertyName, unwrap } from '../syntax/nodes';
import { isFunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { classMember, memberSources } from './classMembers';
import { importOf, moduleOfExpression } from './imports';

interface ClassInFile {
  readonly file: FileModel;
  readonly node: ts.ClassLikeDeclaration;
}

/** The method that `instance.name()` runs, where the file shows what class the instance is made of. */
export function methodOf(file: FileModel, instance: ts.Expression, name: string): FunctionInFile | undefined {
  const owner = classOf(file, unwrap(instance));
  const member = owner && classMember(owner.node, name);
  if (!owner || !member) return undefined;
  if (ts.isMethodDeclaration(member)) return member.body && { file: owner.file, node: member };
  const value = ts.isPropertyDeclaration(member) && member.initializer ? unwrap(member.initializer) : undefined;
  return value && isFunctionNode(value) ? { file: owner.file, node: value } : undefined;
}

function classOf(file: FileModel, instance: ts.Expression): ClassInFile | undefined {
  if (instance.kind === ts.SyntaxKind.ThisKeyword) {
    const node = enclosingClass(instance);
    return node && { file, node };
  }
  const made = ts.isNewExpression(instance) ? instance : madeBy(file, instance);
  const constructor = made && unwrap(made.expression);
  return constructor && ts.isIdentifier(constructor) ? classNamed(file, constructor) : undefined;
}

/** `new Store()` of `const store = new Store()`, `#store = new Store()` and `this.store = new Store()`. */
function madeBy(file: FileModel, instance: ts.Expression): ts.NewExpression | undefined {
  const [value, ...others] = sourcesOf(file, instance);
  const bare = value && unwrap(value);
  return others.length === 0 && bare && ts.isNewExpression(bare) ? bare : undefined;
}

function sourcesOf(file: FileModel, instance: ts.Expression): ts.Expression[] {
  if (ts.isIdentifier(instance)) {
    const binding = file.scopes.bindingOf(instance);
    const declaration = binding?.kind === 'const' ? binding.declarations[0].parent : undefined;
    return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
      ? [declaration.initializer]
      : [];
  }
  if (!ts.isPropertyAccessExpression(instance) || instance.expression.kind !== ts.SyntaxKind.ThisKeyword) return [];
  const owner = enclosingClass(instance);
  const field = owner && classMember(owner, instance.name.text);
  const initial = field && ts.isPropertyDeclaration(field) && field.initializer ? [field.initializer] : [];
  return owner ? [...initial, ...memberSources(owner, instance.name.text)] : [];
}

function classNamed(file: FileModel, name: ts.Identifier): ClassInFile | undefined {
  const declaration = file.scopes.bindingOf(name)?.declarations[0];
  if (!declaration) return undefined;
  if (ts.isClassLike(declaration.parent)) return { file, node: declaration.parent };
  const from = importOf(declaration) ?? requiredFrom(declaration);
  return from && exportedClass(file.module(from.module), from.name);
}

/** `const { Store } = require('./store')`, `const Store = require('./store')` */
function requiredFrom(name: ts.Identifier): { module: string; name: string } | undefined {
  const { parent } = name;
  const variable = ts.isBindingElement(parent) ? parent.parent.parent : parent;
  const module =
    ts.isVariableDeclaration(variable) && variable.initializer ? moduleOfExpression(variable.initializer) : undefined;
  if (module === undefined) return undefined;
  const inner = ts.isBindingElement(parent) ? propertyName(parent.propertyName ?? parent.name) : 'default';
  return inner === undefined ? undefined : { module, name: inner };
}

const MAX_HOPS = 8;

function exportedClass(file: FileModel | undefined, name: string, hops = 0): ClassInFile | undefined {
  if (!file || hops > MAX_HOPS) return undefined;
  const entry = file.exports.byName.get(name);
  if (entry?.from === 'module') return exportedClass(file.module(entry.module), entry.name, hops + 1);
  if (entry) {
    const node = ts.isExpression(entry.node) ? unwrap(entry.node) : entry.node;
    if (ts.isClassLike(node)) return { file, node };
    return ts.isIdentifier(node) ? classNamed(file, node) : undefined;
  }
  for (const star of file.exports.stars) {
    const found = exportedClass(file.module(star), name, hops + 1);
    if (found) return found;
  }
  return undefined;
}
