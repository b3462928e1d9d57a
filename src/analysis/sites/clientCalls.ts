import type { FileModel } from '../../lint/model';
import { argument, calleeName, lastName, literalText, objectProperty, receiver, unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import type { SpanSite } from '../../protocol/spanSites';
import { callPosition, functionNameAround } from './positions';

const METHODS = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options']);
const CLIENTS = /^(axios|got|ky|superagent|needle|https?|undici)$/;
const FUNCTIONS = new Set(['fetch', 'axios', 'got', 'ky', '$fetch', 'ofetch']);

/** Requests over HTTP, whose spans go by their method. */
export function clientCalls(file: FileModel): SpanSite[] {
  return file.nodes.calls.flatMap((call) => {
    const method = methodOf(call);
    if (method === undefined) return [];
    return [{ kind: 'client' as const, name: [method], ...callPosition(call), ...functionNameAround(call) }];
  });
}

function methodOf(call: ts.CallExpression): string | undefined {
  const name = calleeName(call);
  const on = receiver(call);
  if (name === undefined) return undefined;
  if (!on) return FUNCTIONS.has(name) ? (optionMethod(call) ?? 'GET') : undefined;
  if (!CLIENTS.test(lastName(unwrap(on)) ?? '')) return undefined;
  if (METHODS.has(name)) return name.toUpperCase();
  return name === 'request' ? (optionMethod(call) ?? 'GET') : undefined;
}

function optionMethod(call: ts.CallExpression): string | undefined {
  for (const index of [0, 1]) {
    const options = argument(call, index);
    const bare = options && unwrap(options);
    if (!bare || !ts.isObjectLiteralExpression(bare)) continue;
    return literalText(objectProperty(bare, 'method'))?.toUpperCase();
  }
  return undefined;
}
