import type { FileModel } from '../model';
import { classMember } from '../otel/classMembers';
import { importOf } from '../otel/imports';
import { enclosingClass, propertyName, unwrapAwait } from '../syntax/nodes';
import { ts } from '../ts';
import type { TypeFacts, TypeOracle, TypeProperty } from './typeOracle';

/**
 * Answers from types as they are written: annotations of parameters, variables and fields, with the aliases, interfaces and enums they
 * name, in the file and in modules it imports. What it cannot read goes on to the next oracle.
 */
export class DeclaredTypes implements TypeOracle {
  constructor(
    private readonly file: FileModel,
    private readonly next: TypeOracle,
  ) {}

  factsOf(node: ts.Expression): TypeFacts | undefined {
    const type = typeOf(this.file, node, 0);
    return (type && factsOf(type, 0)) ?? this.next.factsOf(node);
  }
}

type TypeDeclaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.EnumDeclaration;

/** A type as it is written, with the file whose names it uses. */
interface WrittenType {
  readonly file: FileModel;
  readonly node: ts.TypeNode | ts.InterfaceDeclaration | ts.EnumDeclaration;
}

const MAX_DEPTH = 8;

function typeOf(file: FileModel, expression: ts.Expression, depth: number): WrittenType | undefined {
  const node = unwrapAwait(expression);
  if (depth > MAX_DEPTH) return undefined;
  if (ts.isIdentifier(node)) return typeOfName(file, node, depth);
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  if (node.expression.kind === ts.SyntaxKind.ThisKeyword) return typeOfField(file, node);
  const owner = typeOf(file, node.expression, depth + 1);
  return owner && memberOf(owner, node.name.text, depth + 1);
}

function typeOfName(file: FileModel, node: ts.Identifier, depth: number): WrittenType | undefined {
  const declaration = file.scopes.bindingOf(node)?.declarations[0];
  const { parent } = declaration ?? {};
  if (!parent) return undefined;
  if (ts.isParameter(parent) || ts.isVariableDeclaration(parent)) {
    if (parent.type) return { file, node: parent.type };
    const loop = ts.isVariableDeclaration(parent) ? parent.parent.parent : undefined;
    if (!loop || !ts.isForOfStatement(loop)) return undefined;
    const list = typeOf(file, loop.expression, depth + 1);
    return list && elementOf(list, depth + 1);
  }
  if (!ts.isBindingElement(parent) || !ts.isObjectBindingPattern(parent.parent)) return undefined;
  const holder = parent.parent.parent;
  const name = propertyName(parent.propertyName ?? parent.name);
  if (name === undefined || ts.isBindingElement(holder)) return undefined;
  const from = holder.type
    ? { file, node: holder.type }
    : holder.initializer && ts.isVariableDeclaration(holder)
      ? typeOf(file, holder.initializer, depth + 1)
      : undefined;
  return from && memberOf(from, name, depth + 1);
}

function typeOfField(file: FileModel, node: ts.PropertyAccessExpression): WrittenType | undefined {
  const owner = enclosingClass(node);
  const member = owner && classMember(owner, node.name.text);
  const type = member && (ts.isPropertyDeclaration(member) || ts.isParameter(member)) ? member.type : undefined;
  return type && { file, node: type };
}

/** What `T[]`, `readonly T[]`, `Array<T>`, `Set<T>` hold. */
function elementOf(list: WrittenType, depth: number): WrittenType | undefined {
  const { file, node } = resolve(list, depth) ?? list;
  if (ts.isTypeOperatorNode(node)) return elementOf({ file, node: node.type }, depth + 1);
  if (ts.isArrayTypeNode(node)) return { file, node: node.elementType };
  if (!ts.isTypeReferenceNode(node) || !ts.isIdentifier(node.typeName)) return undefined;
  const [only, another] = node.typeArguments ?? [];
  return only && !another && /^(Readonly)?(Array|Set)$/.test(node.typeName.text) ? { file, node: only } : undefined;
}

function memberOf(owner: WrittenType, name: string, depth: number): WrittenType | undefined {
  const resolved = resolve(owner, depth);
  if (!resolved) return undefined;
  const { file, node } = resolved;
  if (ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node)) {
    for (const member of node.members)
      if (ts.isPropertySignature(member) && propertyName(member.name) === name)
        return member.type && { file, node: member.type };
  }
  return undefined;
}

/** Follows aliases, `Readonly<T>`, `Promise<T>` and `T | undefined` to what stands behind them. */
function resolve(type: WrittenType, depth: number): WrittenType | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const { file, node } = type;
  if (ts.isParenthesizedTypeNode(node)) return resolve({ file, node: node.type }, depth + 1);
  if (ts.isUnionTypeNode(node)) {
    const parts = node.types.filter((part) => !isNothing(part));
    return parts.length === 1 ? resolve({ file, node: parts[0] }, depth + 1) : type;
  }
  if (!ts.isTypeReferenceNode(node) || !ts.isIdentifier(node.typeName)) return type;
  const [argument] = node.typeArguments ?? [];
  if (argument && /^(Readonly|Promise|NonNullable|Required|Partial)$/.test(node.typeName.text))
    return resolve({ file, node: argument }, depth + 1);
  if (argument) return type;
  const declared = declarationOf(file, node.typeName.text, depth);
  if (!declared) return type;
  if (!ts.isTypeAliasDeclaration(declared.node)) return { file: declared.file, node: declared.node };
  return declared.node.typeParameters
    ? undefined
    : resolve({ file: declared.file, node: declared.node.type }, depth + 1);
}

function isNothing(type: ts.TypeNode): boolean {
  if (type.kind === ts.SyntaxKind.UndefinedKeyword) return true;
  return ts.isLiteralTypeNode(type) && type.literal.kind === ts.SyntaxKind.NullKeyword;
}

function declarationOf(
  file: FileModel,
  name: string,
  depth: number,
): { file: FileModel; node: TypeDeclaration } | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const node of file.source.statements) {
    const declares = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node);
    if (declares && node.name.text === name) return { file, node };
  }
  const binding = file.scopes.bindings.find((each) => each.kind === 'import' && each.name === name);
  const imported = binding && importOf(binding.declarations[0]);
  if (imported) return exportedType(file, imported.module, imported.name, depth + 1);
  return undefined;
}

function exportedType(
  from: FileModel,
  module: string,
  name: string,
  depth: number,
): { file: FileModel; node: TypeDeclaration } | undefined {
  const file = from.module(module);
  if (!file || depth > MAX_DEPTH) return undefined;
  const entry = file.exports.byName.get(name);
  if (entry?.from === 'module') return exportedType(file, entry.module, entry.name, depth + 1);
  const here = declarationOf(file, name, depth + 1);
  if (here) return here;
  for (const star of file.exports.stars) {
    const found = exportedType(file, star, name, depth + 1);
    if (found) return found;
  }
  return undefined;
}

const PRIMITIVES = new Map<ts.SyntaxKind, NonNullable<TypeFacts['primitive']>>([
  [ts.SyntaxKind.StringKeyword, 'string'],
  [ts.SyntaxKind.NumberKeyword, 'number'],
  [ts.SyntaxKind.BooleanKeyword, 'boolean'],
  [ts.SyntaxKind.BigIntKeyword, 'bigint'],
]);

function factsOf(type: WrittenType, depth: number): TypeFacts | undefined {
  const facts = presentFacts(type, depth);
  return facts && { ...facts, ...absence(type, depth) };
}

/** Whether `null` or `undefined` are among the values of a type. */
function absence({ file, node }: WrittenType, depth: number): Pick<TypeFacts, 'nullable' | 'optional'> {
  if (depth > MAX_DEPTH) return {};
  if (ts.isParenthesizedTypeNode(node)) return absence({ file, node: node.type }, depth + 1);
  if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) && !node.typeArguments) {
    const declared = declarationOf(file, node.typeName.text, depth);
    if (!declared || !ts.isTypeAliasDeclaration(declared.node)) return {};
    return absence({ file: declared.file, node: declared.node.type }, depth + 1);
  }
  if (!ts.isUnionTypeNode(node)) return {};
  const parts = node.types.filter(isNothing);
  const optional = parts.some(({ kind }) => kind === ts.SyntaxKind.UndefinedKeyword);
  const nullable = parts.some(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
  return { ...(nullable ? { nullable } : {}), ...(optional ? { optional } : {}) };
}

function presentFacts(type: WrittenType, depth: number): TypeFacts | undefined {
  const resolved = resolve(type, depth);
  if (!resolved || depth > MAX_DEPTH) return undefined;
  const { file, node } = resolved;
  const primitive = PRIMITIVES.get(node.kind);
  if (primitive) return primitive === 'boolean' ? { primitive, finite: ['true', 'false'] } : { primitive };
  if (ts.isEnumDeclaration(node)) return { finite: node.members.map((member) => member.name.getText(file.source)) };
  if (ts.isLiteralTypeNode(node)) return literalFacts(node, file);
  if (ts.isUnionTypeNode(node)) return unionFacts(file, node, depth);
  if (ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node)) return objectFacts(file, node, depth);
  return undefined;
}

function literalFacts(node: ts.LiteralTypeNode, file: FileModel): TypeFacts {
  const { literal } = node;
  if (ts.isStringLiteralLike(literal)) return { finite: [literal.text], primitive: 'string' };
  return { finite: [literal.getText(file.source)], primitive: ts.isNumericLiteral(literal) ? 'number' : undefined };
}

function unionFacts(file: FileModel, node: ts.UnionTypeNode, depth: number): TypeFacts | undefined {
  const parts = node.types.filter((part) => !isNothing(part)).map((part) => factsOf({ file, node: part }, depth + 1));
  if (parts.some((part) => part === undefined || part.properties)) return undefined;
  const known = parts as readonly TypeFacts[];
  const finite = known.every((part) => part.finite) ? known.flatMap((part) => part.finite!) : undefined;
  const primitive = known.every((part) => part.primitive === known[0].primitive) ? known[0].primitive : undefined;
  return { ...(finite ? { finite } : {}), ...(primitive ? { primitive } : {}) };
}

/** Properties, where the type lists them all: not with an index signature, nor with a base that cannot be seen. */
function objectFacts(
  file: FileModel,
  node: ts.InterfaceDeclaration | ts.TypeLiteralNode,
  depth: number,
): TypeFacts | undefined {
  if (ts.isInterfaceDeclaration(node) && node.heritageClauses) return undefined;
  const properties: TypeProperty[] = [];
  for (const member of node.members) {
    if (ts.isIndexSignatureDeclaration(member)) return undefined;
    const name = member.name && propertyName(member.name);
    if (!ts.isPropertySignature(member) || name === undefined) continue;
    const facts = member.type && factsOf({ file, node: member.type }, depth + 1);
    properties.push({
      name,
      primitive: facts?.primitive,
      finite: facts?.finite !== undefined,
      ...(facts?.nullable ? { nullable: true } : {}),
      ...(facts?.optional || member.questionToken ? { optional: true } : {}),
    });
  }
  return { properties, name: ts.isInterfaceDeclaration(node) ? node.name.text : undefined };
}

/** True when an annotation lists its values: literals, unions of literals, enums, booleans, and aliases of these. */
export function listsValues(file: FileModel, type: ts.TypeNode): boolean {
  if (ts.isTypeOperatorNode(type)) return type.operator === ts.SyntaxKind.KeyOfKeyword && ts.isTypeQueryNode(type.type);
  if (ts.isTemplateLiteralTypeNode(type)) return type.templateSpans.every((span) => listsValues(file, span.type));
  return factsOf({ file, node: type }, 0)?.finite !== undefined;
}
