import { ts } from '../ts';
import { importedNames } from './neededModules';

/**
 * Which of a module's imports the types of some of its exports can hang on, told from the words of its statements alone: of those that
 * declare the exports, of those that declare the words in these, and so on. `names` holds `*` for all exports. It errs towards too many.
 */
export function neededOfExports(source: ts.SourceFile, names: ReadonlySet<string>): ReadonlySet<string> {
  const { imports, declarations, always } = readModule(source);
  const needed = new Set<string>();
  const seen = new Set<ts.Statement>();
  const pending: ts.Statement[] = names.has('*') ? [...source.statements] : always;
  const know = (word: string) => {
    const module = imports.get(word);
    if (module !== undefined) needed.add(module);
    pending.push(...(declarations.get(word) ?? []));
  };
  for (const name of names) know(name);
  for (let statement = pending.pop(); statement; statement = pending.pop()) {
    if (seen.has(statement)) continue;
    seen.add(statement);
    const text = source.text.slice(statement.pos, statement.end);
    for (const [, module] of text.matchAll(NAMED_MODULE)) needed.add(module);
    for (const word of new Set(text.match(WORD))) know(word);
  }
  return needed;
}

const WORD = /[A-Za-z_$][\w$]*/g;
/** `export … from 'x'`, `import('x')`, `require('x')`. */
const NAMED_MODULE = /\b(?:from|import\(|require\()\s*['"]([^'"\n]+)['"]/g;

interface Module {
  /** Modules by the names that they have here. */
  readonly imports: ReadonlyMap<string, string>;
  readonly declarations: ReadonlyMap<string, readonly ts.Statement[]>;
  /** Statements in which any export may lie, or what is declared elsewhere. */
  readonly always: ts.Statement[];
}

function readModule(source: ts.SourceFile): Module {
  const imports = new Map<string, string>();
  const declarations = new Map<string, ts.Statement[]>();
  const always: ts.Statement[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      if (!statement.importClause || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      for (const { local } of importedNames(statement.importClause)) imports.set(local, statement.moduleSpecifier.text);
      continue;
    }
    const declared = declaredNames(statement);
    if (!declared) always.push(statement);
    for (const name of declared ?? []) {
      const list = declarations.get(name);
      if (list) list.push(statement);
      else declarations.set(name, [statement]);
    }
  }
  return { imports, declarations, always };
}

/** Undefined where it cannot be told by names. */
function declaredNames(statement: ts.Statement): string[] | undefined {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name));
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
    return [...(statement.name ? [statement.name.text] : []), ...(isDefault(statement) ? ['default'] : [])];
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isEnumDeclaration(statement))
    return [statement.name.text];
  return ts.isExpressionStatement(statement) && !isCommonJs(statement) ? [] : undefined;
}

function bound(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bound(element.name) : []));
}

function isDefault({ modifiers }: ts.FunctionDeclaration | ts.ClassDeclaration): boolean {
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true;
}

/** `exports.a = …`, `module.exports = …`, and what is assigned to a declared name, which may tell its type. */
function isCommonJs({ expression }: ts.ExpressionStatement): boolean {
  return ts.isBinaryExpression(expression);
}
