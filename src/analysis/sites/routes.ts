import type { FileModel } from '../../lint/model';
import { importOf, moduleOfExpression } from '../../lint/otel/imports';
import {
  argument,
  calleeName,
  lastName,
  literalText,
  objectProperty,
  propertyName,
  receiver,
  unwrap,
} from '../../lint/syntax/nodes';
import { isFunctionNode } from '../../lint/syntax/walk';
import { ts } from '../../lint/ts';
import type { SpanSite } from '../../protocol/spanSites';
import { joined, piecesOf } from './namePieces';
import { callPosition, positionOf } from './positions';
import { pluginIn, pluginName, type Router, routerOf, routesHandedOn } from './routers';
import { isOnRouter, knowsFramework, ROUTE_METHODS } from './registrations';

const NEST_METHODS = new Set(['Get', 'Head', 'Post', 'Put', 'Patch', 'Delete', 'Options', 'All']);
const HOLE = ['', ''];
const KOA_ROUTER = /^(?:@koa\/router|koa-router)$/;

export interface Route {
  /** Undefined: of any method. */
  readonly method: string | undefined;
  /** Below where its router is mounted. */
  readonly path: readonly string[];
  /** What it is registered on is itself mounted somewhere. */
  readonly router: Router | undefined;
  readonly site: Pick<SpanSite, 'line' | 'column' | 'functionName'>;
}

/** `app.use('/users', router)`: what is mounted, in this file by name or in another by path. */
export interface Mount {
  readonly prefix: readonly string[];
  /** What it is mounted on. */
  readonly router: Router | undefined;
  readonly onto: { readonly local: string } | { readonly path: string };
}

export interface Routes {
  readonly routes: readonly Route[];
  readonly mounts: readonly Mount[];
  /** What Nest puts before all of the program's paths. */
  readonly globalPrefix?: readonly string[];
}

/** What routes of decorated methods are on: reached below the program's global prefix. */
export const NEST: Router = { name: 'Nest', prefix: [''], standsAlone: true };

/** What a file registers for paths of HTTP requests. */
export function routesOf(file: FileModel): Routes {
  const routes: Route[] = [];
  const mounts: Mount[] = [];
  let globalPrefix: readonly string[] | undefined;
  const inFramework = knowsFramework(file);
  for (const call of file.nodes.calls) {
    if (calleeName(call) === 'setGlobalPrefix') globalPrefix = piecesOf(file, call.arguments[0] ?? call);
    if (ts.isDecorator(call.parent)) routes.push(...nestRoutes(file, call));
    else if (isOnRouter(call, inFramework)) {
      routes.push(...registered(file, call));
      mounts.push(...mounted(file, call));
    }
  }
  return { routes, mounts, ...(globalPrefix && { globalPrefix }) };
}

function registered(file: FileModel, call: ts.CallExpression): Route[] {
  const method = calleeName(call);
  const first = argument(call, 0);
  if (method === undefined || !first) return [];
  if (method === 'route') return fastifyRoute(file, call, first);
  if (method === 'on') return honoRoutes(file, call, first);
  if (method === 'use') return koaLayers(file, call, first);
  if (!ROUTE_METHODS.has(method)) return [];
  const chain = routeChain(call);
  if (chain) return [routeAt(file, call, method, chain.path, chain.on, call.arguments.at(-1))];
  const handler = call.arguments.at(-1);
  if (call.arguments.length < 2 || !handler || !mayHandle(handler)) return [];
  // Koa's routes may have a name in front.
  const [, second] = call.arguments;
  const named = pathsIn(file, first).length === 0 && literalText(unwrap(first)) !== undefined && second !== handler;
  return pathsIn(file, named ? second : first).map((path) => ({
    ...routeAt(file, call, method, first, chainRoot(call), handler),
    path,
  }));
}

/** What `router.get(…).post(…)` is all registered on. */
function chainRoot(call: ts.CallExpression): ts.Expression | undefined {
  let on = receiver(call);
  for (let bare = on && unwrap(on); bare && ts.isCallExpression(bare); bare = on && unwrap(on)) {
    if (!isChained(calleeName(bare))) break;
    on = receiver(bare);
  }
  return on;
}

function isChained(method = ''): boolean {
  return method === 'use' || method === 'on' || ROUTE_METHODS.has(method);
}

/** `router.route('/users').get(…).post(…)`, whose path stands in the first call. */
function routeChain(call: ts.CallExpression): { path: ts.Expression; on: ts.Expression | undefined } | undefined {
  for (let on = receiver(call); on;) {
    const bare = unwrap(on);
    if (!ts.isCallExpression(bare)) return undefined;
    const name = calleeName(bare);
    const path = argument(bare, 0);
    if (name === 'route' && path) return { path, on: receiver(bare) };
    if (name === undefined || !ROUTE_METHODS.has(name)) return undefined;
    on = receiver(bare);
  }
  return undefined;
}

function fastifyRoute(file: FileModel, call: ts.CallExpression, first: ts.Expression): Route[] {
  const options = unwrap(first);
  if (!ts.isObjectLiteralExpression(options)) return [];
  const url = objectProperty(options, 'url') ?? objectProperty(options, 'path');
  if (!url) return [];
  return textsOf(objectProperty(options, 'method')).map((method) =>
    routeAt(file, call, method, url, receiver(call), objectProperty(options, 'handler')),
  );
}

/** `app.on(['PUT', 'DELETE'], '/posts', …)` */
function honoRoutes(file: FileModel, call: ts.CallExpression, first: ts.Expression): Route[] {
  const path = argument(call, 1);
  const handler = call.arguments.at(-1);
  if (!path || call.arguments.length < 3 || pathsIn(file, path).length === 0) return [];
  return textsOf(first).map((method) => routeAt(file, call, method, path, receiver(call), handler));
}

/** A path of Koa's router at which something runs before the handlers is a layer like a route. */
function koaLayers(file: FileModel, call: ts.CallExpression, first: ts.Expression): Route[] {
  const isKoa = file.modules.some(({ module }) => KOA_ROUTER.test(module));
  const mountsRouter = call.arguments.some((each) => {
    const bare = unwrap(each);
    return ts.isCallExpression(bare) && routesHandedOn(bare) !== undefined;
  });
  if (!isKoa || mountsRouter || pathsIn(file, first).length === 0) return [];
  return pathsIn(file, first).map((path) => ({
    ...routeAt(file, call, undefined, first, chainRoot(call), call.arguments.at(-1)),
    path,
  }));
}

/** A text or a list of such; a single undefined for what is not written down. */
function textsOf(expression: ts.Expression | undefined): (string | undefined)[] {
  const bare = expression && unwrap(expression);
  if (bare && ts.isArrayLiteralExpression(bare)) return bare.elements.map((each) => literalText(each));
  return [literalText(bare)];
}

function routeAt(
  file: FileModel,
  call: ts.CallExpression,
  method: string | undefined,
  path: ts.Expression,
  on: ts.Expression | undefined,
  handler: ts.Expression | undefined,
): Route {
  const name = handler && handlerName(handler);
  return {
    method: methodCalled(method),
    path: piecesOf(file, path),
    router: on && routerOf(file, on),
    site: { ...callPosition(call), ...(name !== undefined && { functionName: name }) },
  };
}

function methodCalled(name: string | undefined): string | undefined {
  if (name === undefined || name === 'all') return undefined;
  return name === 'del' ? 'DELETE' : name.toUpperCase();
}

function pathsIn(file: FileModel, first: ts.Expression): string[][] {
  const bare = unwrap(first);
  const paths = ts.isArrayLiteralExpression(bare) ? [...bare.elements] : [bare];
  return paths.map((path) => piecesOf(file, path)).filter(([start]) => start.startsWith('/') || start === '*');
}

/** What stands last is called: no options, no body. */
function mayHandle(last: ts.Expression): boolean {
  const bare = unwrap(last);
  return !ts.isObjectLiteralExpression(bare) && literalText(bare) === undefined && !ts.isNumericLiteral(bare);
}

function handlerName(handler: ts.Expression): string | undefined {
  const bare = unwrap(handler);
  if (isFunctionNode(bare)) return bare.name && propertyName(bare.name);
  return ts.isIdentifier(bare) || ts.isPropertyAccessExpression(bare) ? lastName(bare) : undefined;
}

function mounted(file: FileModel, call: ts.CallExpression): Mount[] {
  const method = calleeName(call);
  if (method === 'register') return registeredPlugin(file, call);
  if (method !== 'use' && method !== 'route') return [];
  const [first, ...others] = call.arguments;
  if (!first) return [];
  const hasPath = pathsIn(file, first).length > 0;
  const on = receiver(call);
  const router = on && routerOf(file, on);
  const prefix = hasPath ? (pathsIn(file, first)[0] ?? HOLE) : [''];
  return (hasPath ? others : [first, ...others]).flatMap((mountee) => {
    const onto = mountTarget(file, mountee);
    return onto ? [{ prefix, router, onto }] : [];
  });
}

/** `fastify.register(users, { prefix: '/users' })`. */
function registeredPlugin(file: FileModel, call: ts.CallExpression): Mount[] {
  const on = receiver(call);
  const [plugin, options] = call.arguments;
  if (!on || !plugin) return [];
  const inFile = pluginIn(file, call);
  const onto = inFile ? { local: pluginName(inFile) } : mountTarget(file, plugin);
  const given = options && unwrap(options);
  const path = given && ts.isObjectLiteralExpression(given) ? objectProperty(given, 'prefix') : undefined;
  return onto ? [{ prefix: path ? piecesOf(file, path) : [''], router: routerOf(file, on), onto }] : [];
}

function mountTarget(file: FileModel, mountee: ts.Expression): Mount['onto'] | undefined {
  const bare = unwrap(mountee);
  if (ts.isCallExpression(bare)) {
    const handedOn = routesHandedOn(bare);
    if (handedOn) return mountTarget(file, handedOn);
    const required = calleeName(bare) === 'require' ? literalText(argument(bare, 0)) : undefined;
    const module = required ?? moduleOfMaker(file, bare);
    const path = module === undefined ? undefined : file.module(module)?.path;
    return path === undefined ? undefined : { path };
  }
  if (!ts.isIdentifier(bare)) return undefined;
  const router = routerOf(file, bare);
  if (router) return { local: router.name };
  const declaration = file.scopes.bindingOf(bare)?.declarations[0];
  const module = declaration && moduleOf(declaration);
  const path = module === undefined ? undefined : file.module(module)?.path;
  return path === undefined ? undefined : { path };
}

/** Where a function comes from that makes a router when it is called: `app.use('/users', users(database))`. */
function moduleOfMaker(file: FileModel, call: ts.CallExpression): string | undefined {
  const callee = unwrap(call.expression);
  const declaration = ts.isIdentifier(callee) ? file.scopes.bindingOf(callee)?.declarations[0] : undefined;
  return declaration && moduleOf(declaration);
}

/** What a name was imported from, or required. */
function moduleOf(declaration: ts.Identifier): string | undefined {
  let holder: ts.Node = declaration.parent;
  while (ts.isBindingElement(holder) || ts.isObjectBindingPattern(holder)) holder = holder.parent;
  if (ts.isVariableDeclaration(holder)) return holder.initializer && moduleOfExpression(holder.initializer);
  return importOf(declaration)?.module;
}

/** `@Controller('users') class { @Get(':id') find() }`. */
function nestRoutes(file: FileModel, call: ts.CallExpression): Route[] {
  const decorator = calleeName(call);
  const member = call.parent.parent;
  if (decorator === undefined || !NEST_METHODS.has(decorator) || !ts.isMethodDeclaration(member)) return [];
  const owner = member.parent;
  if (!ts.isClassLike(owner)) return [];
  const controller = (ts.getDecorators(owner) ?? [])
    .map(({ expression }) => expression)
    .find((each): each is ts.CallExpression => ts.isCallExpression(each) && calleeName(each) === 'Controller');
  if (!controller) return [];
  const functionName = propertyName(member.name);
  const site = { ...positionOf(member.name), ...(functionName !== undefined && { functionName }) };
  const method = decorator === 'All' ? undefined : decorator.toUpperCase();
  return decoratedPaths(file, controller).flatMap((base) =>
    decoratedPaths(file, call).map((own) => ({ method, path: joinPaths(base, own), router: NEST, site })),
  );
}

/** Of `'users'`, `['users', 'people']` or `{ path: 'users', version: '1' }`; a version may be part of the path. */
function decoratedPaths(file: FileModel, call: ts.CallExpression): (readonly string[])[] {
  const given = argument(call, 0);
  const bare = given && unwrap(given);
  if (!bare) return [['']];
  if (ts.isArrayLiteralExpression(bare)) return bare.elements.map((each) => piecesOf(file, each));
  if (!ts.isObjectLiteralExpression(bare)) return [piecesOf(file, bare)];
  const path = objectProperty(bare, 'path');
  const pieces = path ? piecesOf(file, path) : [''];
  return [objectProperty(bare, 'version') ? joinPaths(HOLE, pieces) : pieces];
}

/** `/users` and `/:id`, with one slash between them and before the first. */
export function joinPaths(a: readonly string[], b: readonly string[]): string[] {
  const trimmed = [...a.slice(0, -1), a[a.length - 1].replace(/\/+$/, '')];
  const rest = [b[0].replace(/^\/+/, ''), ...b.slice(1)];
  const isEmpty = rest.length === 1 && rest[0] === '';
  const path = isEmpty ? trimmed : joined(trimmed, [`/${rest[0]}`, ...rest.slice(1)]);
  if (path.length > 1 || path[0] !== '')
    return path[0] === '' || path[0].startsWith('/') ? path : [`/${path[0]}`, ...path.slice(1)];
  return ['/'];
}
