import type { FileModel } from '../../lint/model';
import { argument, calleeName, lastName, literalText, objectProperty, receiver, unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import type { SpanSite } from '../../protocol/spanSites';
import { piecesOf } from './namePieces';
import { callPosition, functionNameAround } from './positions';

const METHODS = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options']);
const CLIENTS = /^(axios|got|ky|superagent|needle|https?|undici)$/;
const TELLING = /(?:^|[^/])\/[\w-]{2,}/;
const FUNCTIONS = new Set(['fetch', 'axios', 'got', 'ky', '$fetch', 'ofetch']);

/** Requests over HTTP, whose spans go by their method. */
export function clientCalls(file: FileModel): SpanSite[] {
  return file.nodes.calls.flatMap((call) => {
    const method = methodOf(call);
    if (method === undefined) return [];
    const asks = urlOf(file, call);
    const where = { ...callPosition(call), ...functionNameAround(call) };
    return [{ kind: 'client' as const, name: [method], ...where, ...(asks && { asks }) }];
  });
}

/** Undefined where too little of it is written down to tell it from others. */
function urlOf(file: FileModel, call: ts.CallExpression): string[] | undefined {
  const first = argument(call, 0);
  if (!first) return undefined;
  const bare = unwrap(first);
  const isUrl = ts.isNewExpression(bare) && lastName(bare.expression) === 'URL';
  const address = isUrl ? bare.arguments?.[0] : bare;
  const pieces = address && piecesOf(file, address);
  if (!pieces?.some((piece) => TELLING.test(piece))) return undefined;
  // A client that was made with its server's address says the path alone.
  return pieces[0].startsWith('/') ? ['', ...pieces] : pieces;
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
