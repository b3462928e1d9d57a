import type { FileModel } from '../../lint/model';
import { calleeName, receiver, unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import { SERVER_SITE, type SpanSite } from '../../protocol/spanSites';
import { importedBy, initializerOf } from './origins';
import { callPosition, functionNameAround } from './positions';

const HTTP = /^(?:node:)?https?$/;
const APPLICATIONS = /^(express|koa|connect|polka|restify|@tinyhttp\/app)$/;
const SERVE = '@hono/node-server';

/** Where servers are made: their spans that know no route stand there. */
export function serverSites(file: FileModel): SpanSite[] {
  return file.nodes.calls
    .filter((call) => makesServer(file, call))
    .map((call) => ({ kind: 'server', name: [SERVER_SITE], ...callPosition(call), ...functionNameAround(call) }));
}

function makesServer(file: FileModel, call: ts.CallExpression): boolean {
  const name = calleeName(call);
  if (name === 'listen') return isApplication(file, receiver(call));
  if (name !== 'createServer' && name !== 'serve') return false;
  const from = importedBy(file, call.expression);
  return from !== undefined && (name === 'serve' ? from.module === SERVE : HTTP.test(from.module));
}

/** By what it was made with, or by its name: applications are made in other files, or later. */
function isApplication(file: FileModel, on: ts.Expression | undefined): boolean {
  const bare = on && unwrap(on);
  if (!bare) return false;
  const value = ts.isIdentifier(bare) ? initializerOf(file, bare) : bare;
  if (!value) return ts.isIdentifier(bare) && bare.text === 'app';
  if (ts.isIdentifier(value) || !(ts.isCallExpression(value) || ts.isNewExpression(value))) return false;
  const from = importedBy(file, value.expression);
  return from ? APPLICATIONS.test(from.module) : ts.isIdentifier(bare) && bare.text === 'app';
}
