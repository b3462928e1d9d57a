import { ts } from '../ts';
import { kindSet, kindTable } from './kindSet';
import { FUNCTION_KINDS, isFunctionNode } from './walk';

export type BindingKind =
  'import' | 'const' | 'let' | 'var' | 'parameter' | 'function' | 'class' | 'enum' | 'namespace' | 'catch';

/** A name that the file declares, with every place that reads or writes it. */
export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  /** The identifiers that declare it, inside their declaration or binding pattern. */
  readonly declarations: ts.Identifier[];
  /** Uses apart from the declarations, in source order. */
  readonly references: Reference[];
  readonly scope: Scope;
}

export interface Reference {
  readonly node: ts.Identifier;
  /** The name is assigned here: `x = …`, `x++`, `[x] = …`, `for (x of …)`. */
  readonly writes: boolean;
}

export interface Scope {
  readonly node: ts.Node;
  readonly parent: Scope | undefined;
  readonly bindings: Map<string, Binding>;
  /** `var` and function declarations land in the nearest such scope. */
  readonly holdsVars: boolean;
}

/** Which declaration every identifier of one file means, by the language's scoping alone; types have no part in it. */
export class Scopes {
  private readonly byIdentifier = new Map<ts.Identifier, Binding>();
  private readonly all: Binding[] = [];
  private readonly unresolved: { node: ts.Identifier; scope: Scope }[] = [];
  private readonly free = new Map<string, ts.Identifier[]>();

  /** The binding that an identifier declares or uses; undefined for globals, property names and labels. */
  bindingOf(node: ts.Node): Binding | undefined {
    return ts.isIdentifier(node) ? this.byIdentifier.get(node) : undefined;
  }

  get bindings(): readonly Binding[] {
    return this.all;
  }

  /** True when the identifier is a use of a name that the file does not declare. */
  isGlobal(node: ts.Identifier): boolean {
    return this.free.get(node.text)?.includes(node) ?? false;
  }

  /** Whether the file declares the name anywhere at its top level or uses it as a global. */
  usesName(name: string): boolean {
    return this.free.has(name) || this.all.some((binding) => binding.name === name);
  }

  /** Where the walk over a file begins. */
  root(source: ts.SourceFile): Scope {
    return { node: source, parent: undefined, bindings: new Map(), holdsVars: true };
  }

  /** Declares what `node` declares, notes it when it is a use, and gives the scope for what is below it. */
  enter(node: ts.Node, scope: Scope): Scope {
    if (ts.isIdentifier(node)) {
      if (isUse(node)) this.unresolved.push({ node, scope });
      return scope;
    }
    if (BLOCKS[node.kind]) return ts.isBlock(node) && isFunctionNode(node.parent) ? scope : child(node, scope, false);
    if (!CONCERNED[node.kind]) return scope;
    this.declare(node, scope);
    if (isFunctionNode(node)) return this.functionScope(node, scope);
    if (ts.isClassLike(node)) {
      const inner = child(node, scope, false);
      if (ts.isClassExpression(node) && node.name) this.add(node.name, 'class', inner);
      return inner;
    }
    if (ts.isModuleBlock(node) || ts.isClassStaticBlockDeclaration(node)) return child(node, scope, true);
    return scope;
  }

  /**
   * The scope of a child, undefined for types. Decorators and computed names of a function's or class's head are evaluated outside
   * of it.
   */
  forChild(node: ts.Node, below: ts.Node, inner: Scope, outer: Scope): Scope | undefined {
    if (ts.isTypeNode(below) && !ts.isExpressionWithTypeArguments(below)) return undefined;
    if (inner !== outer && (ts.isDecorator(below) || ts.isComputedPropertyName(below)))
      return isFunctionNode(node) || ts.isClassLike(node) ? outer : inner;
    return inner;
  }

  /** When all of the file was entered: what each use means. */
  resolve(): void {
    for (const { node, scope } of this.unresolved) this.find(node, scope);
    this.unresolved.length = 0;
  }

  private functionScope(node: ts.Node, scope: Scope): Scope {
    const inner = child(node, scope, true);
    if (ts.isFunctionExpression(node) && node.name) this.add(node.name, 'function', inner);
    return inner;
  }

  private declare(node: ts.Node, scope: Scope): void {
    if (ts.isVariableDeclaration(node)) {
      if (ts.isCatchClause(node.parent)) this.addPattern(node.name, 'catch', scope);
      else {
        const flags = ts.getCombinedNodeFlags(node);
        const kind =
          flags & ts.NodeFlags.Const || flags & ts.NodeFlags.Using ? 'const' : flags & ts.NodeFlags.Let ? 'let' : 'var';
        this.addPattern(node.name, kind, kind === 'var' ? varScope(scope) : scope);
      }
    } else if (ts.isParameter(node)) this.addPattern(node.name, 'parameter', scope);
    else if (ts.isFunctionDeclaration(node)) {
      if (node.name) this.add(node.name, 'function', scope);
    } else if (ts.isClassDeclaration(node)) {
      if (node.name) this.add(node.name, 'class', scope);
    } else if (ts.isEnumDeclaration(node)) this.add(node.name, 'enum', scope);
    else if (ts.isModuleDeclaration(node)) {
      if (ts.isIdentifier(node.name)) this.add(node.name, 'namespace', scope);
    } else if (ts.isImportClause(node)) {
      if (node.name) this.add(node.name, 'import', scope);
    } else if (ts.isNamespaceImport(node) || ts.isImportSpecifier(node) || ts.isImportEqualsDeclaration(node))
      this.add(node.name, 'import', scope);
  }

  private addPattern(name: ts.BindingName, kind: BindingKind, scope: Scope): void {
    const stack: ts.BindingName[] = [name];
    for (let current = stack.pop(); current; current = stack.pop()) {
      if (ts.isIdentifier(current)) this.add(current, kind, scope);
      else for (const element of current.elements) if (ts.isBindingElement(element)) stack.push(element.name);
    }
  }

  private add(name: ts.Identifier, kind: BindingKind, scope: Scope): void {
    const present = scope.bindings.get(name.text);
    if (present) {
      present.declarations.push(name);
      this.byIdentifier.set(name, present);
      return;
    }
    const binding: Binding = { name: name.text, kind, declarations: [name], references: [], scope };
    scope.bindings.set(name.text, binding);
    this.byIdentifier.set(name, binding);
    this.all.push(binding);
  }

  private find(node: ts.Identifier, from: Scope): void {
    for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
      const binding = scope.bindings.get(node.text);
      if (!binding) continue;
      binding.references.push({ node, writes: isWrite(node) });
      this.byIdentifier.set(node, binding);
      return;
    }
    const uses = this.free.get(node.text);
    if (uses) uses.push(node);
    else this.free.set(node.text, [node]);
  }
}

function child(node: ts.Node, parent: Scope, holdsVars: boolean): Scope {
  return { node, parent, bindings: new Map(), holdsVars };
}

function varScope(scope: Scope): Scope {
  let current = scope;
  while (!current.holdsVars && current.parent) current = current.parent;
  return current;
}

/** An identifier that stands for a value, rather than naming a property, a label, a type or a declaration. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  switch (PLACES[parent.kind]) {
    case NO_VALUE:
      return false;
    case OBJECT_OF:
      return (parent as ts.PropertyAccessExpression).expression === node;
    case LEFT_OF:
      return (parent as ts.QualifiedName).left === node;
    case VALUE_OF:
      return (parent as ts.VariableDeclaration).initializer === node;
    case NOT_NAME_OF:
      return (parent as ts.NamedDeclaration).name !== node;
    case EXPORTED: {
      const { propertyName, name, parent: list } = parent as ts.ExportSpecifier;
      return (propertyName ?? name) === node && !list.parent.moduleSpecifier;
    }
    case ELEMENT:
      return /^[A-Z_$]/.test(node.text);
    default:
      return true;
  }
}

function isWrite(node: ts.Identifier): boolean {
  let target: ts.Node = node;
  for (;;) {
    const parent: ts.Node = target.parent;
    if (ts.isBinaryExpression(parent)) return parent.left === target && isAssignment(parent.operatorToken.kind);
    if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
      return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
    if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.initializer === target;
    if (ts.isPropertyAssignment(parent) && parent.initializer === target) target = parent.parent;
    else if (ts.isShorthandPropertyAssignment(parent) && parent.name === target) target = parent.parent;
    else if (ts.isArrayLiteralExpression(parent) || ts.isSpreadElement(parent) || ts.isParenthesizedExpression(parent))
      target = parent;
    else if (ts.isSpreadAssignment(parent)) target = parent.parent;
    else return false;
  }
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** What an identifier is to its parent: below a kind that is not listed it is a use. */
const NO_VALUE = 1;
const OBJECT_OF = 2;
const LEFT_OF = 3;
const VALUE_OF = 4;
const NOT_NAME_OF = 5;
const EXPORTED = 6;
const ELEMENT = 7;

const PLACES = kindTable([
  [ts.SyntaxKind.PropertyAccessExpression, OBJECT_OF],
  [ts.SyntaxKind.QualifiedName, LEFT_OF],
  [ts.SyntaxKind.ExportSpecifier, EXPORTED],
  ...[
    ts.SyntaxKind.ImportSpecifier,
    ts.SyntaxKind.ImportClause,
    ts.SyntaxKind.NamespaceImport,
    ts.SyntaxKind.LabeledStatement,
    ts.SyntaxKind.BreakStatement,
    ts.SyntaxKind.ContinueStatement,
    ts.SyntaxKind.JsxAttribute,
  ].map((kind) => [kind, NO_VALUE] as const),
  ...[
    ts.SyntaxKind.BindingElement,
    ts.SyntaxKind.VariableDeclaration,
    ts.SyntaxKind.Parameter,
    ts.SyntaxKind.PropertyAssignment,
    ts.SyntaxKind.EnumMember,
    ts.SyntaxKind.PropertyDeclaration,
  ].map((kind) => [kind, VALUE_OF] as const),
  ...[
    ...FUNCTION_KINDS,
    ts.SyntaxKind.ClassDeclaration,
    ts.SyntaxKind.ClassExpression,
    ts.SyntaxKind.EnumDeclaration,
    ts.SyntaxKind.ModuleDeclaration,
    ts.SyntaxKind.InterfaceDeclaration,
    ts.SyntaxKind.TypeAliasDeclaration,
    ts.SyntaxKind.TypeParameter,
    ts.SyntaxKind.PropertySignature,
    ts.SyntaxKind.MethodSignature,
    ts.SyntaxKind.ImportEqualsDeclaration,
    ts.SyntaxKind.NamespaceExport,
    ts.SyntaxKind.NamespaceExportDeclaration,
    ts.SyntaxKind.MetaProperty,
  ].map((kind) => [kind, NOT_NAME_OF] as const),
  ...[ts.SyntaxKind.JsxOpeningElement, ts.SyntaxKind.JsxSelfClosingElement, ts.SyntaxKind.JsxClosingElement].map(
    (kind) => [kind, ELEMENT] as const,
  ),
]);

/** What opens a scope, and no more than that. */
const BLOCKS = kindSet(
  ts.SyntaxKind.Block,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.CaseBlock,
  ts.SyntaxKind.CatchClause,
);

/** What declares a name, or opens a scope that holds more than a block does. */
const CONCERNED = kindSet(
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.Parameter,
  ...FUNCTION_KINDS,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.ClassExpression,
  ts.SyntaxKind.EnumDeclaration,
  ts.SyntaxKind.ModuleDeclaration,
  ts.SyntaxKind.ImportClause,
  ts.SyntaxKind.NamespaceImport,
  ts.SyntaxKind.ImportSpecifier,
  ts.SyntaxKind.ImportEqualsDeclaration,
  ts.SyntaxKind.ModuleBlock,
  ts.SyntaxKind.ClassStaticBlockDeclaration,
);
