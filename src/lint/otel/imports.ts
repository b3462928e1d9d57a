import type { ModuleUse } from '../model';
import { ts } from '../ts';
import { literalText, propertyName, unwrapAwait } from '../syntax/nodes';
import type { NodeIndex } from '../syntax/nodeIndex';

/** What a name stands for that came from another module. `name` is `*` for the module as a whole, `default` for its default. */
export interface Imported {
  readonly module: string;
  readonly name: string;
}

export const API_MODULE = '@opentelemetry/api';

export function isOtelModule(module: string): boolean {
  return module.startsWith('@opentelemetry/');
}

/** `npm:`, with a version: as Deno and Bun may name packages. */
const NPM = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)(?:@[^/]*)?/;
/** A package as a server of modules hands it to browsers and to Deno. */
const SERVED =
  /^https:\/\/(?:esm\.sh|esm\.run|cdn\.skypack\.dev)\/(?:v\d+\/)?((?:@[^/@]+\/)?[^/@?]+)(?:@[^/?]*)?(?:\?.*)?/;

/** `@opentelemetry/api` of `npm:@opentelemetry/api@1`; other specifiers as they are. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith('npm:')) return specifier.replace(NPM, '$1');
  return specifier.startsWith('https:') ? specifier.replace(SERVED, '$1') : specifier;
}

/** The modules that a file names in `import`, `export … from`, `require` and `import()`, in source order. */
export function importedModules(source: ts.SourceFile, { calls }: NodeIndex): ModuleUse[] {
  const found: ModuleUse[] = [];
  const add = (specifier: ts.Expression | undefined, typeOnly = false) => {
    if (specifier && ts.isStringLiteralLike(specifier))
      found.push({ module: packageOf(specifier.text), node: specifier, typeOnly });
  };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) add(statement.moduleSpecifier, statement.importClause?.isTypeOnly);
    else if (ts.isExportDeclaration(statement)) add(statement.moduleSpecifier, statement.isTypeOnly);
    else if (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference))
      add(statement.moduleReference.expression, statement.isTypeOnly);
  }
  for (const call of calls) add(requiredModule(call));
  return found.sort((a, b) => a.node.pos - b.node.pos);
}

function requiredModule(call: ts.CallExpression): ts.Expression | undefined {
  const callee = call.expression;
  const imports = callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
  return imports ? call.arguments[0] : undefined;
}

/** The module of `require('x')` or `await import('x')`. */
export function moduleOfExpression(expression: ts.Expression): string | undefined {
  const bare = unwrapAwait(expression);
  return ts.isCallExpression(bare) ? moduleNamed(requiredModule(bare)) : undefined;
}

/** Where the name that an import declaration declares comes from. */
export function importOf(declaration: ts.Identifier): Imported | undefined {
  const { parent } = declaration;
  if (ts.isImportSpecifier(parent)) {
    const module = moduleNamed(parent.parent.parent.parent.moduleSpecifier);
    return module === undefined ? undefined : { module, name: (parent.propertyName ?? parent.name).text };
  }
  if (ts.isNamespaceImport(parent)) return named(parent.parent.parent.moduleSpecifier, '*');
  if (ts.isImportClause(parent)) return named(parent.parent.moduleSpecifier, 'default');
  if (ts.isImportEqualsDeclaration(parent) && ts.isExternalModuleReference(parent.moduleReference))
    return named(parent.moduleReference.expression, '*');
  return undefined;
}

/** Where the name that `const { name } = require('x')` or `const x = require('x')` declares comes from. */
export function requireOf(declaration: ts.Identifier): Imported | undefined {
  const { parent } = declaration;
  const isElement = ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent);
  const variable = isElement ? parent.parent.parent : parent;
  const value = ts.isVariableDeclaration(variable) ? variable.initializer : undefined;
  const module = value && moduleOfExpression(value);
  const name = isElement ? propertyName(parent.propertyName ?? parent.name) : '*';
  return module === undefined || name === undefined ? undefined : { module, name };
}

function named(specifier: ts.Expression, name: string): Imported | undefined {
  const module = moduleNamed(specifier);
  return module === undefined ? undefined : { module, name };
}

function moduleNamed(specifier: ts.Expression | undefined): string | undefined {
  const text = literalText(specifier);
  return text === undefined ? undefined : packageOf(text);
}
