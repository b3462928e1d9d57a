import type { Operation } from '../../model/operation';
import { SERVER_SITE } from '../../protocol/spanSites';

/** Begins what a route is called where nothing is said of the method. */
export const ANY_METHOD = '* ';

/** How instrumentations of frameworks call what runs for a route: `request handler - /users/:id`. */
const LAYER = /^(?:request handler|handler) - (\/.*)$/;
/** Frameworks whose routes' spans are called like other frameworks' routers. */
const ROUTES_AS_ROUTERS = /instrumentation-(?:koa|hapi)$/;
const ROUTER = /^(?:router|route) - (\/.*)$/;
/** What is known of a request to which no route belongs. */
const METHOD_ALONE = /^(?:HTTP )?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;
const METHOD_AND_ROUTE = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ALL) (\/.*)$/;

/** A route's name for those who do not say a method. */
export function ofAnyMethod([first, ...rest]: readonly string[]): string[] {
  return [ANY_METHOD + first.replace(/^[A-Z]+ /, ''), ...rest];
}

/** What a site may be called that makes spans of this operation, the likeliest first. */
export function siteNames({ name, scope, kind }: Operation): readonly string[] {
  const layer = LAYER.exec(name) ?? (ROUTES_AS_ROUTERS.test(scope) ? ROUTER.exec(name) : undefined);
  if (layer) return [ANY_METHOD + layer[1], name];
  const route = METHOD_AND_ROUTE.exec(name);
  if (route) return [...routeNames(route[1], route[2]), ...(kind === 'server' ? [SERVER_SITE] : [])];
  return kind === 'server' && METHOD_ALONE.test(name) ? [name, SERVER_SITE] : [name];
}

/** Fastify says `/users/` of what stands at the root of a prefix. */
function routeNames(method: string, path: string): string[] {
  const paths = path.length > 1 && path.endsWith('/') ? [path, path.slice(0, -1)] : [path];
  // What answers GET answers HEAD.
  const methods = method === 'HEAD' ? [method, 'GET'] : [method];
  return paths.flatMap((each) => [...methods.map((one) => `${one} ${each}`), each]);
}

/** Names that many places may give, of which the index knows some: nothing speaks for the one that it knows. */
export function saysLittle(name: string): boolean {
  return name.endsWith(' - <anonymous>') || name.endsWith(' - anonymous');
}
