import type { LintContext } from '../rule';
import { calleeName, enclosingClass, literalText, propertyName, unwrap } from '../syntax/nodes';
import { isFunctionNode, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import { splitWords } from '../values/words';

/** A span's name for a function, in the style of those that the file has. */
export function spanNameOf(context: LintContext, node: FunctionNode): string {
  const own = functionName(node) ?? callbackName(node);
  return inStyle(own ?? fileName(context.file.path), knownNames(context));
}

/** A span's name for statements: the one function they call, else the function they stand in. */
export function spanNameOfStatements(context: LintContext, statements: readonly ts.Statement[]): string {
  const callees = new Set(statements.flatMap((statement) => mainCall(statement) ?? []));
  const [only, another] = callees;
  if (only !== undefined && another === undefined) return inStyle(only, knownNames(context));
  for (let parent: ts.Node | undefined = statements[0].parent; parent; parent = parent.parent)
    if (isFunctionNode(parent) && functionName(parent) !== undefined) return spanNameOf(context, parent);
  return inStyle(fileName(context.file.path), knownNames(context));
}

/** What a function is called where it is declared or assigned; with its class in front for a method. */
export function functionName(node: FunctionNode): string | undefined {
  const own = node.name ? propertyName(node.name) : assignedName(node.parent);
  if (own === undefined) return undefined;
  const isMember = ts.isClassElement(node) || ts.isPropertyDeclaration(node.parent);
  const owner = isMember ? enclosingClass(node)?.name?.text : undefined;
  const bare = own.replace(/^[#_]+/, '') || own;
  return owner === undefined ? bare : `${owner}.${bare}`;
}

function assignedName(parent: ts.Node): string | undefined {
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent))
    return propertyName(parent.name);
  if (ts.isBinaryExpression(parent)) {
    const target = unwrap(parent.left);
    if (ts.isIdentifier(target)) return target.text;
    if (ts.isPropertyAccessExpression(target)) return target.name.text;
  }
  return undefined;
}

/** `get /orders` for the handler in `app.get('/orders', …)`. */
function callbackName(node: FunctionNode): string | undefined {
  const { parent } = node;
  if (!ts.isCallExpression(parent)) return undefined;
  const callee = calleeName(parent);
  const subject = literalText(parent.arguments[0]);
  return callee === undefined || subject === undefined ? callee : `${callee} ${subject}`;
}

function mainCall(statement: ts.Statement): string | undefined {
  let expression: ts.Expression | undefined;
  if (ts.isExpressionStatement(statement)) expression = statement.expression;
  else if (ts.isReturnStatement(statement)) expression = statement.expression;
  else if (ts.isVariableStatement(statement)) expression = statement.declarationList.declarations[0].initializer;
  for (;;) {
    if (!expression) return undefined;
    const bare: ts.Expression = unwrap(expression);
    if (ts.isAwaitExpression(bare)) expression = bare.expression;
    else if (ts.isBinaryExpression(bare) && bare.operatorToken.kind === ts.SyntaxKind.EqualsToken)
      expression = bare.right;
    else return ts.isCallExpression(bare) ? calleeName(bare) : undefined;
  }
}

function fileName(path: string): string {
  const base = path.replaceAll('\\', '/').split('/').at(-1)!;
  return base.replace(/\.[cm]?[jt]sx?$/, '') || base;
}

function knownNames({ starts }: LintContext): string[] {
  return starts.flatMap(({ name }) => literalText(name) ?? []);
}

/** Written as the others are: in words, with hyphens or underscores, behind the same prefix. */
function inStyle(name: string, known: readonly string[]): string {
  const prefix = commonPrefix(known);
  const bare = known.map((each) => each.slice(prefix.length));
  const rest = prefix !== '' && /^[A-Z]\w*\./.test(name) ? name.slice(name.indexOf('.') + 1) : name;
  if (/\s/.test(rest) || bare.length === 0) return prefix + rest;
  const separator = [' ', '-', '_'].find((each) => 2 * bare.filter((one) => one.includes(each)).length > bare.length);
  if (separator === undefined || /\s|\//.test(bare.join('').replaceAll(separator, ''))) return prefix + rest;
  return prefix + splitWords(rest).join(separator);
}

/** `cart.` of `cart.load` and `cart.save`; nothing when they do not agree. */
function commonPrefix(names: readonly string[]): string {
  const prefixes = new Set(names.map((name) => /^.*[.:/](?=[^.:/]*$)/.exec(name)?.[0] ?? ''));
  return names.length > 1 && prefixes.size === 1 ? [...prefixes][0] : '';
}
