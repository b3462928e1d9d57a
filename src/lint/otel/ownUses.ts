import type { FileModel } from '../model';
import { outerParent, unwrap } from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { ts } from '../ts';
import { declaredFunction } from './declaredFunctions';

/** What a span may have done to it here without anybody else making it active. */
const OWN_METHODS = new Set([
  'end',
  'setAttribute',
  'setAttributes',
  'addEvent',
  'addLink',
  'addLinks',
  'setStatus',
  'updateName',
  'recordException',
  'isRecording',
  'spanContext',
]);

const MAX_HOPS = 2;

/** A call of a method of the span, or of a function of the program that does nothing else with it. */
export function isOwnUse(file: FileModel, node: ts.Identifier, hops = 0): boolean {
  const place = outerParent(node);
  if (ts.isCallExpression(place)) return hops < MAX_HOPS && describesOnly(file, place, node, hops);
  if (!ts.isPropertyAccessExpression(place) || place.expression.getStart() !== node.getStart()) return false;
  if (!OWN_METHODS.has(place.name.text) || !ts.isCallExpression(place.parent)) return false;
  return place.name.text !== 'spanContext' || ts.isPropertyAccessExpression(place.parent.parent);
}

/** The function does nothing else with the span than to describe it. */
function describesOnly(file: FileModel, call: ts.CallExpression, node: ts.Identifier, hops: number): boolean {
  const callee = unwrap(call.expression);
  const helper = ts.isIdentifier(callee) ? declaredFunction(file, callee) : undefined;
  const name = helper?.node.parameters[call.arguments.findIndex((each) => unwrap(each) === node)]?.name;
  const binding = name && ts.isIdentifier(name) ? helper.file.scopes.bindingOf(name) : undefined;
  return binding?.references.every((each) => !each.writes && isOwnUse(helper!.file, each.node, hops + 1)) ?? false;
}

/** A call of a function of the program that only describes the span that it is handed: `markFailed(span, error)`. */
export function isDescription(file: FileModel, call: ts.CallExpression, span: Binding): boolean {
  return call.arguments.some((each) => {
    const node = unwrap(each);
    return ts.isIdentifier(node) && file.scopes.bindingOf(node) === span && describesOnly(file, call, node, 0);
  });
}
