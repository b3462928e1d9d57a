import type { FileModel, Kind } from '../model';
import type { Scopes } from '../syntax/scopes';
import { ts } from '../ts';
import { importOf, isOtelModule } from './imports';
import { OTHER } from './kindTables';
import { kindOfTypeName } from './names';

/** What a declared type says. Types of other packages count when they are not OpenTelemetry's: they rule a name out. */
export function kindOfType(file: FileModel, type: ts.TypeNode): Kind | undefined {
  let node = type;
  while (ts.isParenthesizedTypeNode(node)) node = node.type;
  if (ts.isUnionTypeNode(node)) {
    for (const part of node.types) {
      const kind = kindOfType(file, part);
      if (kind && kind.kind !== 'other') return kind;
    }
    return undefined;
  }
  if (!ts.isTypeReferenceNode(node)) return isKeywordType(node) ? OTHER : undefined;
  const name = ts.isIdentifier(node.typeName) ? node.typeName : node.typeName.right;
  if (name.text === 'Promise' || name.text === 'Readonly')
    return node.typeArguments?.[0] && kindOfType(file, node.typeArguments[0]);
  const kind = kindOfTypeName(name.text);
  if (!kind) return undefined;
  const root = ts.isIdentifier(node.typeName) ? node.typeName : leftmost(node.typeName);
  const module = moduleOfType(file, root.text);
  return { kind, sure: module !== undefined && isOtelModule(module) };
}

function moduleOfType(file: FileModel, name: string): string | undefined {
  const declaration = typeNamed(file, name);
  return declaration && importOf(declaration)?.module;
}

const types = new WeakMap<Scopes, Map<string, ts.Identifier>>();

/** Where the file declares or imports what a type may be called by; types have no scopes here, and of two names the first counts. */
export function typeNamed({ scopes }: FileModel, name: string): ts.Identifier | undefined {
  let known = types.get(scopes);
  if (!known) {
    types.set(scopes, (known = new Map()));
    for (const each of scopes.bindings)
      if ((each.kind === 'import' || each.kind === 'class') && !known.has(each.name))
        known.set(each.name, each.declarations[0]);
  }
  return known.get(name);
}

function leftmost(name: ts.EntityName): ts.Identifier {
  let current = name;
  while (ts.isQualifiedName(current)) current = current.left;
  return current;
}

function isKeywordType(node: ts.TypeNode): boolean {
  return (
    node.kind === ts.SyntaxKind.StringKeyword ||
    node.kind === ts.SyntaxKind.NumberKeyword ||
    node.kind === ts.SyntaxKind.BooleanKeyword
  );
}
