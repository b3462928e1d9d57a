import type { FileModel } from '../../lint/model';
import { lastName, unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import type { SpanSite } from '../../protocol/spanSites';
import { positionOf } from './positions';

export type Place = Pick<SpanSite, 'line' | 'column' | 'functionName'>;

/** Where a file defines what it exports under a name; `called` is the function's own name. None where it is passed on from another module. */
export function exported(file: FileModel, name: string, called?: string): Place[] {
  const found = file.exports.byName.get(name);
  if (found?.from !== 'here') return [];
  const node = declared(file, found.node);
  const functionName = called ?? (ts.isIdentifier(node) ? node.text : undefined);
  return [{ ...positionOf(node), ...(functionName !== undefined && { functionName }) }];
}

/** Where the name stands that `export default handler` or `export { handler as GET }` says. */
function declared(file: FileModel, node: ts.Node): ts.Node {
  const bare = ts.isExpression(node) ? unwrap(node) : node;
  // `export default withUser(handler)`: what it wraps is what answers.
  const inner = ts.isCallExpression(bare) ? bare.arguments.map((each) => unwrap(each)).find(ts.isIdentifier) : bare;
  if (!inner || !ts.isIdentifier(inner) || lastName(inner) === undefined) return bare;
  return file.scopes.bindingOf(inner)?.declarations[0] ?? inner;
}
