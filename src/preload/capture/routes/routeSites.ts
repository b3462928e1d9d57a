import type { Capture } from '../../host';
import type { CallSites } from '../callSites';
import type { RawStack } from '../callStack';
import type { CallSite, RecordedSpan } from '../recordedSpan';
import { KIND_SERVER, type ReadableSpan } from '../sdkTypes';
import { isOfNestItself } from './nestItself';

/** Routes remembered; a program that makes them on the fly gets no further. */
const MOST_ROUTES = 10_000;
/** Takes requests of every method. */
export const ANY_METHOD = '*';

/** What makes a server when the program says `app.listen(…)`, and hands middleware on. */
export const SERVER_FRAMEWORKS: ReadonlySet<string> = new Set([
  '@apollo/server',
  'connect',
  'express',
  'fastify',
  '@feathersjs/express',
  '@feathersjs/feathers',
  '@feathersjs/koa',
  'hono',
  '@hapi/hapi',
  '@hono/node-server',
  'koa',
  'koa-mount',
  'koa-router',
  '@koa/router',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  'polka',
  'restify',
  'router',
  'socket.io',
  '@trpc/server',
  'ws',
]);

/** Where something was handed to a framework. */
export interface Registration {
  readonly stack: RawStack;
  /** Packages whose frames lie between us and the user's line. */
  readonly framework: ReadonlySet<string>;
}

interface Route extends Registration {
  readonly method: string;
  /** Undefined until it is asked for; null where the line is not the user's. */
  site: CallSite | null | undefined;
}

/** In the place of a stack, from our SDK: a file answers that no line registers. The index of sources knows it by its route. */
interface ByFile extends RawStack {
  readonly byFile?: boolean;
}

/** `server`: where the server was made, though the span names a route that nobody saw being registered. */
export interface KnownSite {
  readonly site: CallSite;
  readonly origin: 'route' | 'server';
}

const AMBIGUOUS = { ambiguous: true };

/**
 * Where the program registered its routes. Server spans are started by a socket, so no stack leads to the user's code; but their
 * `http.route` names the line that the user thinks of: `app.get('/orders/:id', …)`.
 */
export class RouteSites {
  private readonly routes = new Map<string, Route[]>();
  /** By server spans: where that was registered which answers them. */
  private readonly answered = new WeakMap<object, Registration>();
  /** Packages that answer requests by routes which are not seen being registered. */
  private readonly blind = new Set(['@hono/node-server', 'polka', 'restify']);
  private count = 0;
  /** See Capture. */
  onRoute: Capture['onRoute'];

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

  /** The routes behind servers of the package are seen. */
  sees(packageName: string): void {
    this.blind.delete(packageName);
  }

  /** The request of the span has come to what was registered there. */
  answers(span: unknown, registration: Registration): void {
    if (typeof span === 'object' && span !== null) this.answered.set(span, registration);
  }

  /** Of a server span the handler that it came to or the route that it names; else the line that set up what the request came to. */
  siteOf({ span, setUp }: RecordedSpan): KnownSite | undefined {
    const answeredBy: ByFile | undefined = setUp;
    if (answeredBy?.byFile) return undefined;
    const known = span.kind === KIND_SERVER ? this.ofServerSpan(span) : undefined;
    if (known) return 'site' in known ? known : undefined;
    const isServer = span.kind === KIND_SERVER;
    if (!setUp || (!isServer && isOfNestItself(setUp))) return undefined;
    const site = this.callSites.callerOf(setUp, SERVER_FRAMEWORKS);
    const isUnseen = isServer && (namesRoute(span) || this.callSites.passes(setUp, this.blind));
    return site && { site, origin: isUnseen ? 'server' : 'route' };
  }

  private ofServerSpan(span: ReadableSpan): KnownSite | typeof AMBIGUOUS | undefined {
    const answered = this.answered.get(span);
    const handler = answered && this.callSites.callerOf(answered.stack, answered.framework);
    if (handler) return { site: handler, origin: 'route' };
    if (!namesRoute(span)) return undefined;
    const { attributes } = span;
    const route = attributes['http.route'] as string;
    const method = String(attributes['http.request.method'] ?? attributes['http.method']).toUpperCase();
    // It came to a route that a package registered: none of the user's with the same framework, whatever they are called.
    const not = answered?.framework;
    return this.find(method, route, not) ?? (method === 'HEAD' ? this.find('GET', route, not) : undefined);
  }

  /** A router knows its routes without the prefix that it is mounted on: the longest registered end of the route counts. */
  private find(
    method: string,
    route: string,
    not: Registration['framework'] | undefined,
  ): KnownSite | typeof AMBIGUOUS | undefined {
    for (let start = 0; start >= 0; start = route.indexOf('/', start + 1)) {
      const all = this.routes.get(route.slice(start)) ?? [];
      const routes = all.filter((each) => takes(each, method) && each.framework !== not);
      if (routes.length > 0) return this.onlySite(routes);
    }
    return undefined;
  }

  /** Two routers may have a route of the same name; which of them served the request is not known then. */
  private onlySite(routes: readonly Route[]): KnownSite | typeof AMBIGUOUS | undefined {
    const sites = new Set(routes.map((route) => this.resolve(route)).filter((site) => site !== null));
    if (sites.size > 1) return AMBIGUOUS;
    const [site] = sites;
    return site && { site, origin: 'route' };
  }

  private resolve(route: Route): CallSite | null {
    route.site ??= this.callSites.callerOf(route.stack, route.framework) ?? null;
    return route.site;
  }
}

function namesRoute({ attributes }: ReadableSpan): boolean {
  const route = attributes['http.route'];
  return typeof route === 'string' && (route !== '/' || asksRoot(attributes));
}

/** Express calls the route of whatever answers below no path of its own `/` too: static files, say. */
function asksRoot(attributes: ReadableSpan['attributes']): boolean {
  const path = attributes['url.path'] ?? attributes['http.target'];
  return typeof path !== 'string' || /^\/?(?:[?#]|$)/.test(path);
}

function takes(route: Route, method: string): boolean {
  return route.method === method || route.method === ANY_METHOD;
}
