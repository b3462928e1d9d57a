import { ts } from '../ts';
import { kindSet } from './kindSet';
import { isFunctionNode, type FunctionNode } from './walk';

/** TypeScript, rather than JavaScript. */
export function isTypeScript(source: ts.SourceFile): boolean {
  return (source.flags & ts.NodeFlags.JavaScriptFile) === 0;
}

/** The expression without what changes only its type or its grouping: parentheses, `as`, `!`, `satisfies`, `<T>`. */
export function unwrap(expression: ts.Expression): ts.Expression {
  let current = expression;
  while (WRAPPERS[current.kind]) current = (current as ts.AsExpression).expression;
  return current;
}

const WRAPPERS = kindSet(
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.AsExpression,
  ts.SyntaxKind.NonNullExpression,
  ts.SyntaxKind.SatisfiesExpression,
  ts.SyntaxKind.TypeAssertionExpression,
);

/** {@link unwrap} and `await`. */
export function unwrapAwait(expression: ts.Expression): ts.Expression {
  let current = unwrap(expression);
  while (ts.isAwaitExpression(current)) current = unwrap(current.expression);
  return current;
}

/** The nearest node above that is not a mere wrapper in the sense of {@link unwrap}. */
export function outerParent(node: ts.Node): ts.Node {
  let parent = node.parent;
  while (WRAPPERS[parent.kind]) parent = parent.parent;
  return parent;
}

export function enclosingFunction(node: ts.Node): FunctionNode | undefined {
  for (let parent = node.parent; parent; parent = parent.parent) if (isFunctionNode(parent)) return parent;
  return undefined;
}

/** The function around `node`, or the file when it stands at the top level. */
export function enclosingBody(node: ts.Node): FunctionNode | ts.SourceFile {
  return enclosingFunction(node) ?? node.getSourceFile();
}

export function enclosingClass(node: ts.Node): ts.ClassLikeDeclaration | undefined {
  for (let parent = node.parent; parent; parent = parent.parent) if (ts.isClassLike(parent)) return parent;
  return undefined;
}

export function isInside(node: ts.Node, ancestor: ts.Node): boolean {
  for (let current: ts.Node | undefined = node; current; current = current.parent)
    if (current === ancestor) return true;
  return false;
}

/** The name that a call calls: `a` of `a()`, `c` of `a.b.c()` and of `a?.c()` and of `a['c']()`. */
export function calleeName(call: ts.CallExpression | ts.NewExpression): string | undefined {
  return lastName(call.expression);
}

/** The last name of an identifier or a chain of properties. */
export function lastName(expression: ts.Node): string | undefined {
  const bare = isExpression(expression) ? unwrap(expression) : expression;
  if (ts.isIdentifier(bare) || ts.isPrivateIdentifier(bare)) return bare.text;
  if (ts.isPropertyAccessExpression(bare)) return bare.name.text;
  if (ts.isElementAccessExpression(bare)) return literalText(bare.argumentExpression);
  return undefined;
}

function isExpression(node: ts.Node): node is ts.Expression {
  return ts.isExpression(node);
}

/** The names of `a.b?.c['d']` as `['a', 'b', 'c', 'd']`; `this` counts as a name. Undefined when another expression takes part. */
export function namePath(expression: ts.Expression): string[] | undefined {
  const names: string[] = [];
  let current = unwrap(expression);
  for (;;) {
    if (ts.isPropertyAccessExpression(current)) names.unshift(current.name.text);
    else if (ts.isElementAccessExpression(current)) {
      const name = literalText(current.argumentExpression);
      if (name === undefined) return undefined;
      names.unshift(name);
    } else if (ts.isIdentifier(current)) return [current.text, ...names];
    else if (current.kind === ts.SyntaxKind.ThisKeyword) return ['this', ...names];
    else return undefined;
    current = unwrap(current.expression);
  }
}

/** The object of `object.method(…)`. */
export function receiver(call: ts.CallExpression): ts.Expression | undefined {
  const callee = unwrap(call.expression);
  return ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee) ? callee.expression : undefined;
}

/** Text of a string literal or a template without holes. */
export function literalText(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

export function propertyName(name: ts.PropertyName | ts.BindingName | undefined): string | undefined {
  if (!name) return undefined;
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  if (ts.isComputedPropertyName(name)) return literalText(name.expression);
  return undefined;
}

/** The property of an object literal by its name, as its value's expression; shorthand properties give the identifier. */
export function objectProperty(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const member = objectMember(object, name);
  if (!member) return undefined;
  return ts.isPropertyAssignment(member) ? member.initializer : member.name;
}

export function objectMember(
  object: ts.ObjectLiteralExpression,
  name: string,
): ts.PropertyAssignment | ts.ShorthandPropertyAssignment | undefined {
  for (const member of object.properties)
    if (
      (ts.isPropertyAssignment(member) || ts.isShorthandPropertyAssignment(member)) &&
      propertyName(member.name) === name
    )
      return member;
  return undefined;
}

/** Argument by position; undefined past a spread, where positions are unknown. */
export function argument(call: ts.CallExpression | ts.NewExpression, index: number): ts.Expression | undefined {
  const list = call.arguments;
  if (!list || list.slice(0, index + 1).some(ts.isSpreadElement)) return undefined;
  return list[index];
}

export function isAsync(node: FunctionNode): boolean {
  return hasModifier(node, ts.SyntaxKind.AsyncKeyword);
}

export function isGenerator(node: FunctionNode): boolean {
  return 'asteriskToken' in node && node.asteriskToken !== undefined;
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);
}

/** What is executed when a function runs: statements of its body, or the expression of a short arrow. */
export function functionBody(node: FunctionNode): ts.Node | undefined {
  return node.body;
}

/** Expressions that a function returns, its nested functions left out. */
export function returnedExpressions(node: FunctionNode): ts.Expression[] {
  const body = node.body;
  if (!body) return [];
  if (!ts.isBlock(body)) return [body];
  const found: ts.Expression[] = [];
  const stack: ts.Node[] = [body];
  for (let current = stack.pop(); current; current = stack.pop()) {
    if (ts.isReturnStatement(current) && current.expression) found.push(current.expression);
    if (current !== body && isFunctionNode(current)) continue;
    ts.forEachChild(current, (child) => {
      stack.push(child);
    });
  }
  return found.reverse();
}

/** The parts of a text that are not fixed: holes of a template, operands of `+`; the expression itself when it is neither. */
export function textParts(text: ts.Expression): ts.Expression[] {
  const found: ts.Expression[] = [];
  const pending: ts.Expression[] = [text];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const node = unwrap(next);
    if (ts.isTemplateExpression(node))
      for (const span of [...node.templateSpans].reverse()) pending.push(span.expression);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
      pending.push(node.right, node.left);
    else found.push(node);
  }
  return found;
}

/** The smallest node whose text, without what stands before it, holds the character at `offset`. */
export function innermost(source: ts.SourceFile, offset: number): ts.Node {
  let node: ts.Node = source;
  for (;;) {
    const below: ts.Node | undefined = ts.forEachChild(node, (each) =>
      each.getStart(source) <= offset && offset < each.end ? each : undefined,
    );
    if (!below) return node;
    node = below;
  }
}
