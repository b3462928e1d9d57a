import type { Node } from 'web-tree-sitter';
import { field } from './nodes';

/**
 * What names are given in one file. A name that is given twice in one function, or is a parameter of one, has no value that source
 * tells: another one would lead spans to the wrong line.
 */
export class Values {
  private readonly given = new Map<string, Node[]>();

  constructor(
    /** Types of the nodes that functions are. */
    private readonly functions: ReadonlySet<string>,
    /** Types of the nodes that hold members. */
    private readonly classes: ReadonlySet<string> = new Set(),
  ) {}

  add(name: string, value: Node): void {
    const known = this.given.get(name);
    if (known) known.push(value);
    else this.given.set(name, [value]);
  }

  /** What the name stands for where `from` uses it. */
  of(name: string, from: Node): Node | undefined {
    const all = this.given.get(name);
    if (!all) return undefined;
    for (let scope = this.functionAround(from); scope; scope = this.functionAround(scope)) {
      if (takes(scope, name)) return undefined;
      const local = all.filter((value) => this.functionAround(value)?.id === scope.id);
      if (local.length > 0) return local.length === 1 ? local[0] : undefined;
    }
    const shared = all.filter((value) => !this.functionAround(value));
    if (shared.length === 0) return all.length === 1 ? all[0] : undefined;
    if (shared.length === 1) return shared[0];
    const owner = this.classAround(from);
    const own = shared.filter((value) => this.classAround(value)?.id === owner?.id);
    return own.length === 1 ? own[0] : undefined;
  }

  private functionAround(node: Node): Node | undefined {
    return nearest(node, this.functions);
  }

  private classAround(node: Node): Node | undefined {
    return nearest(node, this.classes);
  }
}

function nearest(node: Node, types: ReadonlySet<string>): Node | undefined {
  for (let at = node.parent; at; at = at.parent) if (types.has(at.type)) return at;
  return undefined;
}

function takes(scope: Node, name: string): boolean {
  const parameters = field(scope, 'parameters') ?? field(scope, 'parameter');
  return parameters !== undefined && parameters.text.split(/[^\w$]+/).includes(name);
}
