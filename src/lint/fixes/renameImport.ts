import type { Fix, LintContext, TextEdit } from '../rule';
import { moduleOfExpression } from '../otel/imports';
import { unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { insertAfterElement, replaceNode } from './edits';
import { insertImport } from './imports';

export interface NameInReach {
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/** Replaces one use of an imported name by another export of `module`, and sees to the import. */
export function renameImport(
  context: LintContext,
  use: ts.Identifier,
  module: string,
  name: string,
  safe: boolean,
): Fix[] {
  const found = exportBeside(context, use, name, module);
  return found ? [{ title: `Use ${name}`, edits: [replaceNode(use, found.text), ...found.edits], safe }] : [];
}

/** `new Old(…)` → `new Name(…)`, where both come from one module. */
export function renameClass(context: LintContext, node: ts.NewExpression, name: string): Fix[] {
  const found = classFrom(context, node, name, true);
  return found
    ? [{ title: `Use ${name}`, edits: [replaceNode(node.expression, found.text), ...found.edits], safe: false }]
    : [];
}

/** How the file can name another class of the module that the class of a `new` comes from. */
export function classFrom(
  context: LintContext,
  node: ts.NewExpression,
  name: string,
  replaces = false,
): NameInReach | undefined {
  const callee = unwrap(node.expression);
  if (ts.isPropertyAccessExpression(callee))
    return { text: `${callee.expression.getText(context.file.source)}.${name}`, edits: [] };
  return ts.isIdentifier(callee) ? exportBeside(context, callee, name, undefined, replaces) : undefined;
}

/** The other export, from the same import or `require` as `use`, or from `module` when that is another one. */
function exportBeside(
  context: LintContext,
  use: ts.Identifier,
  name: string,
  module?: string,
  replaces = true,
): NameInReach | undefined {
  const { file } = context;
  const binding = file.scopes.bindingOf(use);
  const declaration = binding?.declarations[0]?.parent;
  if (!binding || !declaration) return undefined;
  const present =
    presentName(declaration, name) ?? (module === undefined ? undefined : importedName(context, module, name));
  if (present !== undefined) return { text: present, edits: [] };
  if (file.scopes.usesName(name)) return undefined;
  if (!ts.isImportSpecifier(declaration) && !isRequireElement(declaration)) return undefined;
  const isSame = module === undefined || moduleOf(declaration) === module;
  if (!isSame) return { text: name, edits: [insertImport(context, name, module)] };
  if (replaces && binding.references.length === 1) return { text: name, edits: [replaceNode(declaration, name)] };
  return { text: name, edits: [insertAfterElement(file.source, declaration.parent.elements.at(-1)!, name)] };
}

function isRequireElement(node: ts.Node): node is ts.BindingElement & { parent: ts.ObjectBindingPattern } {
  return ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent);
}

function presentName(declaration: ts.Node, name: string): string | undefined {
  const list = ts.isImportSpecifier(declaration) || isRequireElement(declaration) ? declaration.parent.elements : [];
  for (const element of list) {
    const own = element.propertyName ?? element.name;
    if (ts.isIdentifier(own) && own.text === name && ts.isIdentifier(element.name)) return element.name.text;
  }
  return undefined;
}

function moduleOf(declaration: ts.Node): string | undefined {
  const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
  if (statement) return ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : undefined;
  const required = isRequireElement(declaration) ? declaration.parent.parent : undefined;
  return required && ts.isVariableDeclaration(required) && required.initializer
    ? moduleOfExpression(required.initializer)
    : undefined;
}

function importedName(context: LintContext, module: string, name: string): string | undefined {
  for (const statement of context.file.source.statements) {
    if (!ts.isImportDeclaration(statement) || moduleOf(statement.moduleSpecifier) !== module) continue;
    const bindings = statement.importClause?.namedBindings;
    const found =
      bindings && ts.isNamedImports(bindings)
        ? bindings.elements.find((each) => (each.propertyName ?? each.name).text === name)
        : undefined;
    if (found) return found.name.text;
  }
  return undefined;
}
