import { hasModifier, namePath, propertyName } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import { ts } from '../ts';

/** The member that `this.name` means: a field, an accessor, a method, or a parameter of the constructor that is a field. */
export function classMember(
  owner: ts.ClassLikeDeclaration,
  name: string,
): ts.ClassElement | ts.ParameterDeclaration | undefined {
  for (const member of owner.members) {
    if (member.name && propertyName(member.name) === name) return member;
    if (!ts.isConstructorDeclaration(member)) continue;
    for (const parameter of member.parameters)
      if (isParameterProperty(parameter) && propertyName(parameter.name) === name) return parameter;
  }
  return undefined;
}

function isParameterProperty(node: ts.ParameterDeclaration): boolean {
  return [
    ts.SyntaxKind.PrivateKeyword,
    ts.SyntaxKind.PublicKeyword,
    ts.SyntaxKind.ProtectedKeyword,
    ts.SyntaxKind.ReadonlyKeyword,
  ].some((kind) => hasModifier(node, kind));
}

/** What the class assigns to `this.name`. */
export function memberSources(owner: ts.ClassLikeDeclaration, name: string): ts.Expression[] {
  const found: ts.Expression[] = [];
  walk(owner, (node) => {
    if (node !== owner && ts.isClassLike(node)) return false;
    if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return true;
    const path = namePath(node.left);
    if (path?.length === 2 && path[0] === 'this' && path[1] === name) found.push(node.right);
    return true;
  });
  return found;
}
