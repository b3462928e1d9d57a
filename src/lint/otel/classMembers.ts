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

const assigned = new WeakMap<ts.ClassLikeDeclaration, Map<string, ts.Expression[]>>();

/** What the class assigns to `this.name`. */
export function memberSources(owner: ts.ClassLikeDeclaration, name: string): readonly ts.Expression[] {
  let known = assigned.get(owner);
  if (!known) assigned.set(owner, (known = readSources(owner)));
  return known.get(name) ?? [];
}

/** One walk for all members: calls on fields are many. */
function readSources(owner: ts.ClassLikeDeclaration): Map<string, ts.Expression[]> {
  const found = new Map<string, ts.Expression[]>();
  walk(owner, (node) => {
    if (node !== owner && ts.isClassLike(node)) return false;
    if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return true;
    const path = namePath(node.left);
    if (path?.length !== 2 || path[0] !== 'this') return true;
    const sources = found.get(path[1]);
    if (sources) sources.push(node.right);
    else found.set(path[1], [node.right]);
    return true;
  });
  return found;
}
