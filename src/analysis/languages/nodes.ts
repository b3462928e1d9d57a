import type { Node } from 'web-tree-sitter';
import type { SpanSite, SpanSiteKind } from '../../protocol/spanSites';
import { HOLE, joined, type Pieces, tellsSomething } from './pieces';

export function field(node: Node | null | undefined, name: string): Node | undefined {
  return node?.childForFieldName(name) ?? undefined;
}

export function named(node: Node | null | undefined): Node[] {
  return (node?.namedChildren ?? []).filter((child): child is Node => child !== null && child.type !== 'comment');
}

export function ofType(node: Node | null | undefined, ...types: readonly string[]): Node[] {
  return named(node).filter(({ type }) => types.includes(type));
}

/** The nearest node around it of one of the types. */
export function around(node: Node, ...types: readonly string[]): Node | undefined {
  for (let at = node.parent; at; at = at.parent) if (types.includes(at.type)) return at;
  return undefined;
}

/** `a + b`, as Go, Java and C# parse it; of other operators nothing is known. */
export function sum(node: Node, of: (operand: Node | undefined) => Pieces): Pieces {
  if (field(node, 'operator')?.text !== '+') return HOLE;
  return joined([of(field(node, 'left')), of(field(node, 'right'))]);
}

export interface SiteFacts {
  readonly functionName?: string;
  readonly tracer?: string;
}

/** None where the name says nothing. `at`: the node that the user is led to. */
export function site(kind: SpanSiteKind, name: Pieces | undefined, at: Node, facts: SiteFacts = {}): SpanSite[] {
  if (name === undefined || !tellsSomething(name)) return [];
  const { functionName, tracer } = facts;
  return [
    {
      kind,
      name,
      line: at.startPosition.row + 1,
      column: at.startPosition.column + 1,
      ...(functionName !== undefined && { functionName }),
      ...(tracer !== undefined && tracer !== '' && { tracer }),
    },
  ];
}

/** A server's method as gRPC names its spans: `/shop.CartService/AddItem`, with or without the slash and the package. */
export function rpcName(service: string, method: string): Pieces {
  // Nearly every server answers for its health in the same class as well.
  const isHealth = method === 'Check' || method === 'Watch' || (method === 'List' && service === 'Health');
  return ['', `${isHealth ? 'grpc.health.v1.Health' : service}/${method}`];
}

/** How deep a name may be put together; deeper ones are no names. */
export const DEEPEST_NAME = 12;
