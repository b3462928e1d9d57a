import type { FileModel } from '../model';
import { ts } from '../ts';

/** True when a type, read by its syntax, lists its values: literals, unions of literals, enums and aliases of these in the file. */
export function finiteTypeNode(file: FileModel, type: ts.TypeNode, depth = 0): boolean {
  if (depth > 5) return false;
  if (ts.isParenthesizedTypeNode(type)) return finiteTypeNode(file, type.type, depth + 1);
  if (ts.isLiteralTypeNode(type)) return true;
  if (ts.isUnionTypeNode(type)) return type.types.every((part) => finiteTypeNode(file, part, depth + 1));
  if (ts.isTypeOperatorNode(type)) return type.operator === ts.SyntaxKind.KeyOfKeyword && !isNameable(type.type);
  if (type.kind === ts.SyntaxKind.BooleanKeyword || type.kind === ts.SyntaxKind.UndefinedKeyword) return true;
  if (ts.isTemplateLiteralTypeNode(type))
    return type.templateSpans.every((span) => finiteTypeNode(file, span.type, depth + 1));
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return false;
  const name = type.typeName.text;
  for (const statement of file.source.statements) {
    if (ts.isTypeAliasDeclaration(statement) && statement.name.text === name)
      return !statement.typeParameters && finiteTypeNode(file, statement.type, depth + 1);
    if (ts.isEnumDeclaration(statement) && statement.name.text === name) return true;
  }
  return false;
}

/** `keyof Record<string, …>` and `keyof T` may be any name; `keyof typeof TABLE` lists its keys. */
function isNameable(type: ts.TypeNode): boolean {
  return !ts.isTypeQueryNode(type) && !ts.isTypeLiteralNode(type);
}
