import { calleeName, outerParent } from '../syntax/nodes';
import { isFunctionNode } from '../syntax/walk';
import { ts } from '../ts';

const ITERATORS = /^(map|forEach|filter|reduce|reduceRight|flatMap|some|every|find|findIndex|sort)$/;

/** The loop that runs a node many times, in its own function or in one handed to an array's method. */
export function loopAround(node: ts.Node): ts.Node | undefined {
  for (let current = node; current.parent; current = current.parent) {
    const { parent } = current;
    if (ts.isIterationStatement(parent, false) && parent.statement === current) return parent;
    if (!isFunctionNode(current)) continue;
    const call = outerParent(current);
    if (!ts.isCallExpression(call) || !ITERATORS.test(calleeName(call) ?? '')) return undefined;
    return call;
  }
  return undefined;
}
