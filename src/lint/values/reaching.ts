import type { Binding, Reference } from '../syntax/scopes';
import { enclosingBody } from '../syntax/nodes';
import { ts } from '../ts';

/** What a variable may hold at one of its uses. */
export interface Reaching {
  /** What it was declared with. */
  readonly initial: boolean;
  readonly writes: readonly Reference[];
}

/**
 * Leaves out what is always replaced before the use, by the structure of statements:
 *
 *     let name = url;            replaced
 *     try { name = route; } catch { name = 'none'; } finally { use(name); }
 */
export function reaching(binding: Binding, use: ts.Node): Reaching {
  const writes = binding.references.filter(({ writes: isWrite }) => isWrite);
  const body = enclosingBody(use);
  const isLocal = [...binding.declarations, ...writes.map(({ node }) => node)].every(
    (node) => enclosingBody(node) === body,
  );
  const from = isLocal && writes.length > 0 ? replacedBefore(writes, use, body) : undefined;
  if (from === undefined) return { initial: true, writes };
  const isRepeated = ts.findAncestor(use, (node) => node === body || ts.isIterationStatement(node, false)) !== body;
  return { initial: false, writes: writes.filter(({ node: { pos } }) => pos >= from && (isRepeated || pos < use.pos)) };
}

/** Where the nearest statement begins that sets the variable on every way to the use. */
function replacedBefore(writes: readonly Reference[], use: ts.Node, body: ts.Node): number | undefined {
  for (let node = use; node !== body && node.parent; node = node.parent) {
    const { parent } = node;
    // Without a `catch` the use is reached by an error that came before the variable was set.
    const isCaught = ts.isTryStatement(parent) && parent.catchClause !== undefined;
    if (isCaught && node === parent.finallyBlock && sets(writes, parent)) return parent.pos;
    if (!ts.isBlock(parent) && !ts.isSourceFile(parent) && !ts.isCaseOrDefaultClause(parent)) continue;
    const before = parent.statements.slice(0, parent.statements.indexOf(node as ts.Statement));
    const setting = before.findLast((each) => sets(writes, each));
    if (setting) return setting.pos;
  }
  return undefined;
}

function sets(writes: readonly Reference[], node: ts.Statement): boolean {
  if (ts.isBlock(node)) return node.statements.some((each) => sets(writes, each));
  if (ts.isIfStatement(node))
    return node.elseStatement !== undefined && sets(writes, node.thenStatement) && sets(writes, node.elseStatement);
  if (ts.isTryStatement(node))
    return sets(writes, node.tryBlock) && (!node.catchClause || sets(writes, node.catchClause.block));
  return (
    ts.isExpressionStatement(node) &&
    ts.isBinaryExpression(node.expression) &&
    node.expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    writes.some((write) => write.node === (node.expression as ts.BinaryExpression).left)
  );
}
