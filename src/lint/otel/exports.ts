import { ts } from '../ts';
import { hasModifier, literalText, namePath, propertyName } from '../syntax/nodes';

/** What a module gives under one name: something of its own, or something that it passes on from another module. */
export type Export =
  | { readonly from: 'here'; readonly node: ts.Node }
  | { readonly from: 'module'; readonly module: string; readonly name: string };

/** Exports by name; `default` for the default, `*` entries hold modules that are passed on as a whole. */
export interface ModuleExports {
  readonly byName: ReadonlyMap<string, Export>;
  readonly stars: readonly string[];
}

/** Reads ES and CommonJS exports at the top level of a file. `node` is an identifier that declares, or an expression. */
export function exportsOf(source: ts.SourceFile): ModuleExports {
  const byName = new Map<string, Export>();
  const stars: string[] = [];
  const here = (name: string, node: ts.Node) => {
    if (!byName.has(name)) byName.set(name, { from: 'here', node });
  };
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) readExportDeclaration(statement, byName, stars);
    else if (ts.isExportAssignment(statement)) here('default', statement.expression);
    else if (ts.isExpressionStatement(statement)) readCommonJs(statement.expression, here);
    else if (hasModifier(statement, ts.SyntaxKind.ExportKeyword)) readExported(statement, here);
  }
  return { byName, stars };
}

function readExported(statement: ts.Statement, here: (name: string, node: ts.Node) => void): void {
  if (ts.isVariableStatement(statement)) {
    for (const { name } of statement.declarationList.declarations) for (const id of namesOf(name)) here(id.text, id);
    return;
  }
  if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) here(statement.name.text, statement.name);
  if (!ts.isFunctionDeclaration(statement) && !ts.isClassDeclaration(statement) && !ts.isEnumDeclaration(statement))
    return;
  if (hasModifier(statement, ts.SyntaxKind.DefaultKeyword)) here('default', statement.name ?? statement);
  else if (statement.name) here(statement.name.text, statement.name);
}

function namesOf(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));
}

function readExportDeclaration(declaration: ts.ExportDeclaration, byName: Map<string, Export>, stars: string[]): void {
  const module = literalText(declaration.moduleSpecifier);
  const clause = declaration.exportClause;
  if (!clause) {
    if (module !== undefined) stars.push(module);
    return;
  }
  if (ts.isNamespaceExport(clause)) {
    if (module !== undefined) byName.set(clause.name.text, { from: 'module', module, name: '*' });
    return;
  }
  for (const specifier of clause.elements) {
    const inner = specifier.propertyName ?? specifier.name;
    if (module !== undefined) byName.set(specifier.name.text, { from: 'module', module, name: inner.text });
    else byName.set(specifier.name.text, { from: 'here', node: inner });
  }
}

function readCommonJs(expression: ts.Expression, here: (name: string, node: ts.Node) => void): void {
  if (!ts.isBinaryExpression(expression) || expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
  const path = namePath(expression.left);
  if (!path) return;
  const [first, second, third] = path;
  if (first === 'exports' && second !== undefined && path.length === 2) here(second, expression.right);
  if (first !== 'module' || second !== 'exports') return;
  if (third !== undefined && path.length === 3) here(third, expression.right);
  if (path.length !== 2) return;
  here('default', expression.right);
  if (!ts.isObjectLiteralExpression(expression.right)) return;
  for (const member of expression.right.properties) {
    const name = propertyName(member.name);
    if (name === undefined) continue;
    if (ts.isShorthandPropertyAssignment(member)) here(name, member.name);
    else if (ts.isPropertyAssignment(member)) here(name, member.initializer);
    else here(name, member);
  }
}
