import type { LintContext, TextEdit } from '../rule';
import { API_MODULE, packageOf } from '../otel/imports';
import { ts } from '../ts';
import { insertAfterElement } from './edits';
import { insertImport } from './imports';

export interface ApiName {
  /** How the file can write the name: `context`, or `api.context`. */
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/** How a file can name an export of `@opentelemetry/api`, with the import that this takes; undefined when the name means something else. */
export function apiName(context: LintContext, name: string): ApiName | undefined {
  return known(context, name) ?? added(context, name);
}

/** Where the file imports the API, or loads it. */
function known(context: LintContext, name: string): ApiName | undefined {
  const { file } = context;
  for (const statement of file.source.statements) {
    if (!ts.isImportDeclaration(statement) || !isApi(statement.moduleSpecifier) || statement.importClause?.isTypeOnly)
      continue;
    const bindings = statement.importClause?.namedBindings;
    if (!bindings) continue;
    if (ts.isNamespaceImport(bindings)) return { text: `${bindings.name.text}.${name}`, edits: [] };
    const present = bindings.elements.find(
      (each) => (each.propertyName ?? each.name).text === name && !each.isTypeOnly,
    );
    if (present) return { text: present.name.text, edits: [] };
    const last = bindings.elements.at(-1);
    if (last && !file.scopes.usesName(name))
      return { text: name, edits: [insertAfterElement(file.source, last, name)] };
  }
  return required(context, name);
}

export interface ApiNames {
  /** In the order asked for. */
  readonly texts: readonly string[];
  readonly edits: readonly TextEdit[];
}

/** As {@link apiName} for several at once: what must be imported comes by one import. */
export function apiNames(context: LintContext, names: readonly string[]): ApiNames | undefined {
  const present = names.map((name) => known(context, name));
  const missing = names.filter((_, index) => !present[index]);
  if (missing.some((name) => context.file.scopes.usesName(name))) return undefined;
  const edits = present.flatMap((each) => each?.edits ?? []);
  if (missing.length > 0) edits.push(insertImport(context, missing.join(', '), API_MODULE));
  return { texts: names.map((name, index) => present[index]?.text ?? name), edits };
}

function isApi(specifier: ts.Expression): boolean {
  return ts.isStringLiteral(specifier) && packageOf(specifier.text) === API_MODULE;
}

function required(context: LintContext, name: string): ApiName | undefined {
  const { file } = context;
  for (const binding of file.scopes.bindings) {
    const declaration = binding.declarations[0];
    const kind = file.kinds.ofBinding(binding);
    if (kind?.kind === 'api' && kind.sure) return { text: `${binding.name}.${name}`, edits: [] };
    const { parent } = declaration;
    if (!ts.isBindingElement(parent) || !ts.isObjectBindingPattern(parent.parent)) continue;
    const variable = parent.parent.parent;
    if (!ts.isVariableDeclaration(variable) || !variable.initializer?.getText(file.source).includes(API_MODULE))
      continue;
    const elements = parent.parent.elements;
    const present = elements.find((each) => (each.propertyName ?? each.name).getText(file.source) === name);
    if (present) return { text: present.name.getText(file.source), edits: [] };
    if (!file.scopes.usesName(name))
      return { text: name, edits: [insertAfterElement(file.source, elements.at(-1)!, name)] };
  }
  return undefined;
}

function added(context: LintContext, name: string): ApiName | undefined {
  if (context.file.scopes.usesName(name)) return undefined;
  return { text: name, edits: [insertImport(context, name, API_MODULE)] };
}
