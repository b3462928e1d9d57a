import type { FileModel } from '../../lint/model';
import { calleeName, enclosingClass, lastName, receiver, unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';

/** Methods by which frameworks register handlers of requests. */
export const ROUTE_METHODS: ReadonlySet<string> = new Set([
  'get',
  'head',
  'post',
  'put',
  'patch',
  'delete',
  'del',
  'options',
  'all',
]);

const FRAMEWORK =
  /^(express|connect|fastify|hono|koa|koa-router|@koa\/router|restify|polka|router|find-my-way|@tinyhttp\/(app|router)|h3|itty-router|@hapi\/hapi|@nestjs\/common|hyper-express|ultimate-express)$/;
const APPLICATION_CLASS = /^(?:Koa|Hono|OpenAPIHono|Application)$/;
const ROUTER_NAME = /^(app|api|server|fastify|routes?|admin(App)?|node(App)?)$|router$|App$/i;

export function knowsFramework(file: FileModel): boolean {
  return file.modules.some(({ module }) => FRAMEWORK.test(module));
}

/** Whether a method is called on what looks like an application or a router. */
export function isOnRouter(call: ts.CallExpression, inFramework: boolean): boolean {
  const on = receiver(call);
  if (!on) return false;
  const bare = unwrap(on);
  if (bare.kind === ts.SyntaxKind.ThisKeyword) return inFramework && extendsApplication(bare);
  const name = ts.isCallExpression(bare)
    ? calleeName(bare)
    : lastName(ts.isNewExpression(bare) ? bare.expression : bare);
  return name !== undefined && (name === 'route' || ROUTE_METHODS.has(name) || inFramework || ROUTER_NAME.test(name));
}

/** `class Shop extends Koa` */
function extendsApplication(node: ts.Node): boolean {
  const parents = enclosingClass(node)?.heritageClauses?.flatMap(({ types }) => types) ?? [];
  return parents.some(({ expression }) => APPLICATION_CLASS.test(lastName(expression) ?? ''));
}
