import type { CallSites } from '../callSites';
import type { RawStack } from '../callStack';
import type { CallSite, RecordedSpan } from '../recordedSpan';
import { KIND_SERVER, type ReadableSpan } from '../sdkTypes';

/** Routes remembered; a program that makes them on the fly gets no further. */
const MOST_ROUTES = 10_000;
/** Takes requests of every method. */
export const ANY_METHOD = '*';

/** What makes a server when the program says `app.listen(…)`, and hands middleware on. */
const SERVER_FRAMEWORKS: ReadonlySet<string> = new Set([
  'connect',
  'express',
  'fastify',
  'hono',
  '@hapi/hapi',
  '@hono/node-server',
  'koa',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  'polka',
  'restify',
  'router',
]);

interface Route {
  readonly method: string;
  /** Packages whose frames lie between us and the line that registered the route. */
  readonly framework: ReadonlySet<string>;
  readonly stack: RawStack;
  /** Undefined until it is asked for; null where the line is not the user's. */
  site: CallSite | null | undefined;
}

/**
 * Where the program registered its routes. Server spans are started by a socket, so no stack leads to the user's code; but their
 * `http.route` names the line that the user thinks of: `app.get('/orders/:id', …)`.
 */
export class RouteSites {
  private readonly routes = new Map<string, Route[]>();
  /** By server spans: where that was registered which answers them. */
  private readonly answered = new WeakMap<object, RawStack>();
  private count = 0;

  constructor(private readonly callSites: CallSites) {}

  /** `below`: the function whose caller registers the route. */
  register(
    methods: readonly string[],
    path: string,
    framework: ReadonlySet<string>,
    below: (...args: never[]) => unknown,
  ): void {
    this.add(methods, path, framework, this.callSites.takeStack(below));
  }

  /** The same with a stack taken before. */
  add(methods: readonly string[], path: string, framework: ReadonlySet<string>, stack: RawStack): void {
    if (this.count++ >= MOST_ROUTES) return;
    const key = path.startsWith('/') ? path : `/${path}`;
    const added = methods.map((method) => ({ method: method.toUpperCase(), framework, stack, site: undefined }));
    this.routes.set(key, [...(this.routes.get(key) ?? []), ...added]);
  }

  /** The request of the span is answered by what was registered at `stack`. */
  answers(span: unknown, stack: RawStack): void {
    if (typeof span === 'object' && span !== null) this.answered.set(span, stack);
  }

  /** The registration of the route that a server span names; else the line that set up what the request came to. */
  siteOf({ span, setUp }: RecordedSpan): CallSite | undefined {
    const isServer = span.kind === KIND_SERVER;
    const route = isServer ? this.routeOf(span) : undefined;
    if (route) return route;
    const stack = (isServer && this.answered.get(span)) || setUp;
    return stack && this.callSites.callerOf(stack, SERVER_FRAMEWORKS);
  }

  private routeOf({ attributes }: ReadableSpan): CallSite | undefined {
    const route = attributes['http.route'];
    if (typeof route !== 'string' || (route === '/' && !asksRoot(attributes))) return undefined;
    const method = String(attributes['http.request.method'] ?? attributes['http.method']).toUpperCase();
    return this.find(method, route) ?? (method === 'HEAD' ? this.find('GET', route) : undefined);
  }

  /** A router knows its routes without the prefix that it is mounted on: the longest registered end of the route counts. */
  private find(method: string, route: string): CallSite | undefined {
    for (let start = 0; start >= 0; start = route.indexOf('/', start + 1)) {
      const routes = (this.routes.get(route.slice(start)) ?? []).filter((each) => takes(each, method));
      if (routes.length > 0) return this.onlySite(routes);
    }
    return undefined;
  }

  /** Two routers may have a route of the same name; which of them served the request is not known then. */
  private onlySite(routes: readonly Route[]): CallSite | undefined {
    const sites = new Set(routes.map((route) => this.resolve(route)).filter((site) => site !== null));
    return sites.size === 1 ? [...sites][0] : undefined;
  }

  private resolve(route: Route): CallSite | null {
    route.site ??= this.callSites.callerOf(route.stack, route.framework) ?? null;
    return route.site;
  }
}

/** Express calls the route of whatever answers below no path of its own `/` too: static files, say. */
function asksRoot(attributes: ReadableSpan['attributes']): boolean {
  const path = attributes['url.path'] ?? attributes['http.target'];
  return typeof path !== 'string' || /^\/?(?:[?#]|$)/.test(path);
}

function takes(route: Route, method: string): boolean {
  return route.method === method || route.method === ANY_METHOD;
}
