import type { FileModel } from '../model';
import { importOf, moduleOfExpression, requireOf } from '../otel/imports';
import {
  argument,
  calleeName,
  hasModifier,
  lastName,
  literalText,
  propertyName,
  receiver,
  unwrap,
} from '../syntax/nodes';
import { ts } from '../ts';

/** An expression, or a declaration that has members: an enum, a class, a namespace, a module as a whole. */
export interface Definition {
  readonly file: FileModel;
  readonly node: ts.Node;
}

const MAX_DEPTH = 24;

/**
 * What an expression stands for when constants, members of constant objects, enums, classes and namespaces, imports and what modules
 * pass on are followed as far as they can be: in the end something written down, or the name at which the trail is lost.
 */
export function definitionOf(file: FileModel, expression: ts.Node, depth = 0): Definition {
  const node = ts.isExpression(expression) ? unwrap(expression) : expression;
  const here = { file, node };
  if (depth > MAX_DEPTH) return here;
  if (ts.isIdentifier(node)) return nameDefinition(file, node, depth + 1) ?? here;
  if (ts.isCallExpression(node)) return frozen(here, depth) ?? here;
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return here;
  const name = lastName(node);
  const base = unwrap(node.expression);
  if (name === undefined || base.kind === ts.SyntaxKind.ThisKeyword) return here;
  return memberDefinition(definitionOf(file, base, depth + 1), name, depth + 1) ?? here;
}

function nameDefinition(file: FileModel, name: ts.Identifier, depth: number): Definition | undefined {
  const binding = file.scopes.bindingOf(name);
  const declaration = binding?.declarations[0];
  if (!declaration || depth > MAX_DEPTH) return undefined;
  const from = importOf(declaration) ?? requireOf(declaration);
  if (from) return exported(file.module(from.module), from.name, depth + 1);
  const { parent } = declaration;
  if (ts.isEnumDeclaration(parent) || ts.isClassLike(parent) || ts.isModuleDeclaration(parent))
    return { file, node: parent };
  if (binding.kind !== 'const') return undefined;
  if (ts.isVariableDeclaration(parent)) return parent.initializer && definitionOf(file, parent.initializer, depth + 1);
  return ts.isBindingElement(parent) ? destructured(file, parent, depth) : undefined;
}

/** `const { EMAIL } = KEYS` */
function destructured(file: FileModel, element: ts.BindingElement, depth: number): Definition | undefined {
  const holder = element.parent.parent;
  const name = propertyName(element.propertyName ?? element.name);
  if (!ts.isVariableDeclaration(holder) || !holder.initializer || name === undefined) return undefined;
  return memberDefinition(definitionOf(file, holder.initializer, depth + 1), name, depth + 1);
}

/** `Object.freeze({ … })` and `require('./keys')` */
function frozen({ file, node }: Definition, depth: number): Definition | undefined {
  const call = node as ts.CallExpression;
  const on = receiver(call);
  const first = argument(call, 0);
  if (on && first && calleeName(call) === 'freeze' && lastName(on) === 'Object')
    return definitionOf(file, first, depth + 1);
  const module = moduleOfExpression(call);
  return module === undefined ? undefined : exported(file.module(module), '*', depth + 1);
}

function memberDefinition({ file, node }: Definition, name: string, depth: number): Definition | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (ts.isSourceFile(node)) return exported(file, name, depth + 1);
  if (ts.isObjectLiteralExpression(node)) return propertyDefinition(file, node, name, depth);
  const value = ts.isEnumDeclaration(node)
    ? node.members.find((member) => propertyName(member.name) === name)?.initializer
    : ts.isClassLike(node)
      ? staticValue(node, name)
      : ts.isModuleDeclaration(node)
        ? exportedValue(node, name)
        : undefined;
  return value && definitionOf(file, value, depth + 1);
}

/** The last of the name counts, be it in what is spread. */
function propertyDefinition(
  file: FileModel,
  object: ts.ObjectLiteralExpression,
  name: string,
  depth: number,
): Definition | undefined {
  for (const member of [...object.properties].reverse()) {
    if (ts.isSpreadAssignment(member)) {
      const found = memberDefinition(definitionOf(file, member.expression, depth + 1), name, depth + 1);
      if (found) return found;
    } else if (propertyName(member.name) === name) {
      if (ts.isPropertyAssignment(member)) return definitionOf(file, member.initializer, depth + 1);
      return ts.isShorthandPropertyAssignment(member) ? nameDefinition(file, member.name, depth + 1) : undefined;
    }
  }
  return undefined;
}

function staticValue(node: ts.ClassLikeDeclaration, name: string): ts.Expression | undefined {
  const member = node.members.find(
    (each) =>
      ts.isPropertyDeclaration(each) &&
      hasModifier(each, ts.SyntaxKind.StaticKeyword) &&
      propertyName(each.name) === name,
  );
  return member && ts.isPropertyDeclaration(member) ? member.initializer : undefined;
}

/** `namespace Keys { export const EMAIL = 'user.email' }` */
function exportedValue({ body }: ts.ModuleDeclaration, name: string): ts.Expression | undefined {
  if (!body || !ts.isModuleBlock(body)) return undefined;
  for (const statement of body.statements) {
    if (!ts.isVariableStatement(statement) || !hasModifier(statement, ts.SyntaxKind.ExportKeyword)) continue;
    const found = statement.declarationList.declarations.find(
      (each) => literalText(each.name) === name || each.name.getText() === name,
    );
    if (found) return found.initializer;
  }
  return undefined;
}

/** What a module gives under a name, by itself or from modules that it passes on. `*`: the module as a whole. */
function exported(file: FileModel | undefined, name: string, depth: number): Definition | undefined {
  if (!file || depth > MAX_DEPTH) return undefined;
  if (name === '*') return { file, node: file.source };
  const entry = file.exports.byName.get(name);
  if (entry?.from === 'module') return exported(file.module(entry.module), entry.name, depth + 1);
  if (entry) return definitionOf(file, entry.node, depth + 1);
  for (const star of file.exports.stars) {
    const other = file.module(star);
    const found = other && mayGive(other, name) ? exported(other, name, depth + 1) : undefined;
    if (found) return found;
  }
  const whole = file.exports.byName.get('default');
  return whole?.from === 'here' && /\bmodule\.exports\b/.test(file.text)
    ? memberDefinition(definitionOf(file, whole.node, depth + 1), name, depth + 1)
    : undefined;
}

/** A module that has the name nowhere in its text and passes nothing on need not be parsed. */
function mayGive({ text }: FileModel, name: string): boolean {
  return text.includes(name) || /export\s*\*/.test(text);
}
