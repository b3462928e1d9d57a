import type { FileModel, FunctionInFile } from '../model';
import { enclosingClass, propertyName, unwrap } from '../syntax/nodes';
import { isFunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { classMember, memberSources } from './classMembers';
import { classNamed, type ClassInFile } from './declaredClasses';
import { typeNamed } from './declaredKinds';

const MAX_BASES = 4;

/**
 * The method that `instance.name()` runs, where the file shows the class: what the instance is made of, the declared type of a field, a
 * parameter or an injected service, or the class itself for static methods. `mention`: what the text of another module must have in it.
 */
export function methodOf(
  file: FileModel,
  instance: ts.Expression,
  name: string,
  mention?: RegExp,
): FunctionInFile | undefined {
  let owner = classOf(file, unwrap(instance), mention);
  for (let bases = 0; owner && bases <= MAX_BASES; bases++) {
    const member = classMember(owner.node, name);
    if (member) return methodIn(owner.file, member);
    owner = baseOf(owner, mention);
  }
  return undefined;
}

function methodIn(file: FileModel, member: ts.ClassElement | ts.ParameterDeclaration): FunctionInFile | undefined {
  if (ts.isMethodDeclaration(member)) return member.body && { file, node: member };
  const value = ts.isPropertyDeclaration(member) && member.initializer ? unwrap(member.initializer) : undefined;
  return value && isFunctionNode(value) ? { file, node: value } : undefined;
}

function baseOf({ file, node }: ClassInFile, mention: RegExp | undefined): ClassInFile | undefined {
  const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const name = base && unwrap(base.expression);
  const declaration = name && file.scopes.bindingOf(name)?.declarations[0];
  return declaration && classNamed(file, declaration, mention);
}

function classOf(file: FileModel, instance: ts.Expression, mention: RegExp | undefined): ClassInFile | undefined {
  if (instance.kind === ts.SyntaxKind.ThisKeyword) {
    const node = enclosingClass(instance);
    return node && { file, node };
  }
  const made = ts.isNewExpression(instance) ? instance : undefined;
  const name = made ? unwrap(made.expression) : instance;
  if (made || ts.isIdentifier(name)) {
    const declaration = file.scopes.bindingOf(name)?.declarations[0];
    const named = declaration && classNamed(file, declaration, mention);
    if (named || made) return named;
  }
  const type = declaredType(file, instance);
  if (type) {
    const declaration = typeNamed(file, type);
    return declaration && classNamed(file, declaration, mention);
  }
  const from = madeBy(file, instance);
  return from && classOf(file, from, mention);
}

/** The plain name of the type that a parameter, a variable or a field of the class is declared with. */
function declaredType(file: FileModel, instance: ts.Expression): string | undefined {
  const declaration = ts.isIdentifier(instance)
    ? file.scopes.bindingOf(instance)?.declarations[0]?.parent
    : fieldOf(instance);
  if (!declaration) return undefined;
  const isTyped =
    ts.isParameter(declaration) || ts.isVariableDeclaration(declaration) || ts.isPropertyDeclaration(declaration);
  const type = isTyped ? declaration.type : undefined;
  return type && ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) ? type.typeName.text : undefined;
}

/** The declaration of `name` in `this.name`. */
function fieldOf(instance: ts.Expression): ts.ClassElement | ts.ParameterDeclaration | undefined {
  if (!ts.isPropertyAccessExpression(instance) || instance.expression.kind !== ts.SyntaxKind.ThisKeyword)
    return undefined;
  const owner = enclosingClass(instance);
  return owner && classMember(owner, instance.name.text);
}

/** `new Store()` of `const store = new Store()`, `#store = new Store()` and `this.store = new Store()`. */
function madeBy(file: FileModel, instance: ts.Expression): ts.NewExpression | undefined {
  const [value, ...others] = sourcesOf(file, instance);
  const bare = value && unwrap(value);
  return others.length === 0 && bare && ts.isNewExpression(bare) ? bare : undefined;
}

function sourcesOf(file: FileModel, instance: ts.Expression): readonly ts.Expression[] {
  if (ts.isIdentifier(instance)) {
    const binding = file.scopes.bindingOf(instance);
    const declaration = binding?.kind === 'const' ? binding.declarations[0].parent : undefined;
    return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
      ? [declaration.initializer]
      : [];
  }
  if (!ts.isPropertyAccessExpression(instance) || instance.expression.kind !== ts.SyntaxKind.ThisKeyword) return [];
  const owner = enclosingClass(instance);
  const field = fieldOf(instance);
  const initial = field && ts.isPropertyDeclaration(field) && field.initializer ? [field.initializer] : [];
  return owner ? [...initial, ...memberSources(owner, propertyName(instance.name) ?? '')] : [];
}
