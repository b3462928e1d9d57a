import { ts } from '../ts';
import { NodeIndex } from './nodeIndex';
import { Scopes, type Scope } from './scopes';

/** What rules look things up in. */
export interface Survey {
  readonly nodes: NodeIndex;
  readonly scopes: Scopes;
}

/**
 * The one walk over a fresh parse: it tells each node its parent, which the parser leaves out since it would walk once more for that,
 * notes the nodes that rules ask for, and what each name means.
 */
export function survey(source: ts.SourceFile): Survey {
  const nodes = new NodeIndex();
  const scopes = new Scopes();
  const pending: ts.Node[] = [source];
  /** Of the nodes in `pending`; undefined for types, whose names are no values. */
  const around: (Scope | undefined)[] = [scopes.root(source)];
  const children: ts.Node[] = [];
  const collect = (child: ts.Node) => {
    children.push(child);
  };
  for (let node = pending.pop(); node; node = pending.pop()) {
    const outer = around.pop();
    const inner = outer && scopes.enter(node, outer);
    nodes.note(node);
    ts.forEachChild(node, collect);
    for (let child = children.pop(); child; child = children.pop()) {
      (child as { parent: ts.Node }).parent = node;
      pending.push(child);
      around.push(outer && inner && scopes.forChild(node, child, inner, outer));
    }
  }
  scopes.resolve();
  return { nodes, scopes };
}
