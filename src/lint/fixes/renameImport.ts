import type { Fix, LintContext, TextEdit } from '../rule';
import { ts } from '../ts';
import { insertAt, replaceNode } from './edits';
import { insertImport } from './imports';

/** Replaces one use of an imported name by another export of `module`, and sees to the import. */
export function renameImport(
  context: LintContext,
  use: ts.Identifier,
  module: string,
  name: string,
  safe: boolean,
): Fix[] {
  const { file } = context;
  const title = `Use ${name}`;
  const present = namedImport(context, module, name);
  if (present) return [{ title, edits: [replaceNode(use, present)], safe }];
  if (file.scopes.usesName(name)) return [];
  const binding = file.scopes.bindingOf(use);
  const specifier = binding?.declarations[0]?.parent;
  if (!binding || !specifier || !ts.isImportSpecifier(specifier)) return [];
  const from = specifier.parent.parent.parent.moduleSpecifier;
  const isSame = ts.isStringLiteral(from) && from.text === module;
  const edits: TextEdit[] = [replaceNode(use, name)];
  if (isSame && binding.references.length === 1) edits.push(replaceNode(specifier, name));
  else if (isSame) edits.push(insertAt(specifier.parent.elements.at(-1)!.end, `, ${name}`));
  else edits.push(insertImport(context, name, module));
  return [{ title, edits, safe }];
}

function namedImport(context: LintContext, module: string, name: string): string | undefined {
  for (const statement of context.file.source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (statement.moduleSpecifier.text !== module || !bindings || !ts.isNamedImports(bindings)) continue;
    const found = bindings.elements.find((each) => (each.propertyName ?? each.name).text === name);
    if (found) return found.name.text;
  }
  return undefined;
}
