import type { FileModel } from '../model';
import { propertyName } from '../syntax/nodes';
import { isFunctionNode } from '../syntax/walk';
import { ts } from '../ts';

/** Names that are taken from each module; `*` for all that it exports. */
export type NeededNames = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Which of a file's imports the type of a node can hang on, told from names alone: the words of the node, of what declares them, and so
 * on. It errs towards too many; what it leaves out need not be read, which of a file's imports is most.
 */
export class NeededModules {
  private readonly imports = new Map<string, Import[]>();
  private readonly declarations = new Map<string, ts.Node[]>();
  private readonly wordsOf = new Map<ts.Node, readonly string[]>();
  private readonly text: string;
  private readonly all: number;

  constructor({ source, nodes }: Pick<FileModel, 'source' | 'nodes'>) {
    this.text = source.text;
    for (const node of nodes.declarations) this.note(node);
    this.all = new Set([...this.imports.values()].flat()).size;
  }

  of(nodes: readonly ts.Node[]): NeededNames {
    const needed = new Set<Import>();
    const seen = new Set<string>();
    const pending = nodes.flatMap((node) => this.words(node));
    for (let word = pending.pop(); word !== undefined; word = pending.pop()) {
      if (seen.has(word)) continue;
      seen.add(word);
      if (needed.size === this.all) break;
      for (const each of this.imports.get(word) ?? []) needed.add(each);
      for (const declaration of this.declarations.get(word) ?? []) pending.push(...this.words(declaration));
    }
    return byModule(needed);
  }

  private note(node: ts.NamedDeclaration | ts.ImportDeclaration): void {
    if (ts.isImportDeclaration(node)) this.noteImport(node);
    else if (ts.isVariableDeclaration(node) || ts.isParameter(node)) this.noteBinding(node.name, node);
    else {
      const name = node.name && propertyName(node.name as ts.PropertyName);
      if (name !== undefined) push(this.declarations, name, node);
    }
  }

  private noteImport({ importClause, moduleSpecifier }: ts.ImportDeclaration): void {
    if (!importClause || !ts.isStringLiteral(moduleSpecifier)) return;
    for (const { local, name } of importedNames(importClause))
      push(this.imports, local, { module: moduleSpecifier.text, name });
  }

  private noteBinding(name: ts.BindingName, declaration: ts.VariableDeclaration | ts.ParameterDeclaration): void {
    if (ts.isIdentifier(name)) {
      push(this.declarations, name.text, declaration);
      const required = ts.isVariableDeclaration(declaration) && requiredModule(declaration);
      if (required) push(this.imports, name.text, { module: required, name: '*' });
      return;
    }
    for (const element of name.elements) if (ts.isBindingElement(element)) this.noteBinding(element.name, declaration);
  }

  /** The words of a node's text, and of what types it from outside. */
  private words(node: ts.Node): readonly string[] {
    let words = this.wordsOf.get(node);
    if (!words) {
      const texts = [node, ...typedBy(node)].map((each) => this.text.slice(each.pos, each.end));
      words = [...new Set(texts.flatMap((text) => text.match(/[A-Za-z_$][\w$]*/g) ?? []))];
      this.wordsOf.set(node, words);
    }
    return words;
  }
}

interface Import {
  readonly module: string;
  /** As the module exports it. */
  readonly name: string;
}

function byModule(imports: Iterable<Import>): NeededNames {
  const names = new Map<string, Set<string>>();
  for (const { module, name } of imports) names.set(module, (names.get(module) ?? new Set()).add(name));
  return names;
}

export function importedNames({ name, namedBindings }: ts.ImportClause): { local: string; name: string }[] {
  const found = name ? [{ local: name.text, name: 'default' }] : [];
  if (!namedBindings) return found;
  if (ts.isNamespaceImport(namedBindings)) return [...found, { local: namedBindings.name.text, name: '*' }];
  const elements = namedBindings.elements.map((each) => ({
    local: each.name.text,
    name: (each.propertyName ?? each.name).text,
  }));
  return [...found, ...elements];
}

function push<T>(map: Map<string, T[]>, name: string, value: T): void {
  const list = map.get(name);
  if (list) list.push(value);
  else map.set(name, [value]);
}

function requiredModule({ initializer }: ts.VariableDeclaration): string | undefined {
  if (!initializer || !ts.isCallExpression(initializer)) return undefined;
  const [module] = initializer.arguments;
  const isRequire = ts.isIdentifier(initializer.expression) && initializer.expression.text === 'require';
  return isRequire && module && ts.isStringLiteral(module) ? module.text : undefined;
}

/** Where a parameter without a type gets one: the call that its function is handed to, the variable or field it is assigned to. */
function typedBy(node: ts.Node): ts.Node[] {
  if (ts.isVariableDeclaration(node)) {
    const loop = node.parent.parent;
    return loop && (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) ? [loop.expression] : [];
  }
  if (!ts.isParameter(node) || node.type) return [];
  for (let around: ts.Node = node.parent; around.parent; around = around.parent) {
    const { parent } = around;
    if (ts.isCallExpression(parent) || ts.isNewExpression(parent))
      return around === parent.expression ? [] : [parent.expression];
    if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) return parent.type ? [parent.type] : [];
    if (ts.isBinaryExpression(parent)) return [parent.left];
    if (isFunctionNode(parent)) return parent.type ? [parent.type] : [];
    if (ts.isClassLike(parent)) return parent.heritageClauses ? [...parent.heritageClauses] : [];
    if (ts.isStatement(parent)) return [];
  }
  return [];
}
