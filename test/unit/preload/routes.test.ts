import { describe, expect, test } from 'vitest';
import { CallSites } from '../../../src/preload/capture/callSites';
import { ExpressRoutes } from '../../../src/preload/capture/routes/express';
import { NestRoutes } from '../../../src/preload/capture/routes/nest';
import { RecordedSpan } from '../../../src/preload/capture/recordedSpan';
import { RouteSites } from '../../../src/preload/capture/routes/routeSites';
import type { AnyFunction, ReadableSpan } from '../../../src/preload/capture/sdkTypes';
import { endedSpan } from './spans';
import { inPackage } from './packageFiles';

const SERVER = 1;
const recorded = (changes: Partial<ReadableSpan>) => new RecordedSpan(endedSpan(changes));
const OWN = new Set(['express', 'router']);

function routeTable() {
  const callSites = new CallSites(
    '/nowhere/',
    () => 0,
    () => false,
  );
  const routes = new RouteSites(callSites);
  /** Asks for the route of a request; answers the name of the function that registered it. */
  const found = (method: string, route: string, key = 'http.request.method') =>
    routes.siteOf(recorded({ kind: SERVER, attributes: { [key]: method, 'http.route': route } }))?.site.frames[0]
      .place[3];
  return { callSites, routes, found };
}

describe('the site of a server span', () => {
  test('is where its method and route were registered', () => {
    const { routes, found } = routeTable();
    function readOrders() {
      routes.register(['get'], '/orders/:id', OWN, register);
    }
    const register = (): void => {};
    readOrders();
    expect(found('GET', '/orders/:id')).toBeUndefined();

    function registerHere() {
      routes.register(['post', 'PUT'], '/orders', OWN, registerHere);
    }
    function writeOrders() {
      registerHere();
    }
    writeOrders();
    expect(found('POST', '/orders')).toBe('writeOrders');
    expect(found('put', '/orders', 'http.method')).toBe('writeOrders');
    expect(found('GET', '/orders')).toBeUndefined();
  });

  /** A framework's function that registers a route, called by a function of that name. */
  function app(routes: RouteSites) {
    return function get(method: string, path: string): void {
      routes.register([method], path, OWN, get);
    };
  }

  test('may lie below the path that its router is mounted on', () => {
    const { routes, found } = routeTable();
    const get = app(routes);
    (function users() {
      get('GET', '/:id');
    })();
    (function admins() {
      get('GET', '/admin/:id');
    })();
    expect(found('GET', '/api/users/:id')).toBe('users');
    expect(found('GET', '/api/admin/:id')).toBe('admins');
  });

  test('is that of GET where HEAD has none, and of all methods', () => {
    const { routes, found } = routeTable();
    const get = app(routes);
    (function reads() {
      get('GET', '/a');
    })();
    (function anything() {
      get('*', '/b');
    })();
    expect([found('HEAD', '/a'), found('DELETE', '/b')]).toEqual(['reads', 'anything']);
  });

  test('is unknown where two lines registered the same', () => {
    const { routes, found } = routeTable();
    const get = app(routes);
    (function one() {
      get('GET', '/same');
    })();
    (function other() {
      get('GET', '/same');
    })();
    expect(found('GET', '/same')).toBeUndefined();
  });

  test('is no surer than where the server was made while its route is unknown', () => {
    const { callSites, routes } = routeTable();
    const span = recorded({ kind: SERVER, attributes: { 'http.route': '/none' } });
    function createServer() {
      span.setUp = callSites.takeStack(createServer);
    }
    (function main() {
      createServer();
    })();
    const known = routes.siteOf(span);
    expect([known?.site.frames[0].place[3], known?.origin]).toEqual(['main', 'server']);
  });

  test('is not looked up for other spans', () => {
    const { routes } = routeTable();
    expect(routes.siteOf(recorded({ kind: 0, attributes: { 'http.route': '/a' } }))).toBeUndefined();
    expect(routes.siteOf(recorded({ kind: SERVER }))).toBeUndefined();
  });
});

describe('routes of express', () => {
  const files = ['/app/node_modules/express/lib/router/route.js', 'C:\\app\\node_modules\\router\\lib\\route.js'];

  test.each(files)('are told by the methods of %s', (file) => {
    const { callSites, routes, found } = routeTable();
    const calls: unknown[] = [];
    class Route {
      constructor(readonly path: unknown) {}
      get(...handlers: unknown[]): this {
        calls.push(handlers);
        return this;
      }
      all(): this {
        return this;
      }
    }
    new ExpressRoutes(routes, callSites).watch(inPackage(file), Route);
    const route = new Route('/things');
    const handler = () => {};
    (function registers() {
      expect(route.get(handler)).toBe(route);
    })();
    new Route(/^regexp/).all();
    expect(calls).toEqual([[handler]]);
    expect(found('GET', '/things')).toBe('registers');
  });

  test('are not looked for in other files', () => {
    class Route {
      get(): void {}
    }
    const { get } = Route.prototype;
    const { callSites, routes } = routeTable();
    new ExpressRoutes(routes, callSites).watch(inPackage('/app/node_modules/express/lib/application.js'), Route);
    expect(Route.prototype.get).toBe(get);
  });
});

test('routes of Nest are told by their decorators, below the path of their class', () => {
  const { callSites, routes, found } = routeTable();
  const nest = new NestRoutes(routes, callSites);
  const decorated: unknown[] = [];
  const common = '/app/node_modules/@nestjs/common/decorators/';
  const methods: Record<string, AnyFunction> = {};
  for (const name of ['Get', 'Post', 'Put', 'Delete', 'Patch', 'Options', 'Head', 'All'])
    methods[name] = (path) => (_target: unknown, key: unknown) => void decorated.push([name, path, key]);
  const controllers: Record<string, AnyFunction> = {
    Controller: () => (target: unknown) => void decorated.push(target),
  };
  nest.watch(inPackage(`${common}http/request-mapping.decorator.js`), methods);
  nest.watch(inPackage(`${common}core/controller.decorator.js`), controllers);

  class Cats {
    one(): void {}
    all(): void {}
  }
  const decorate = (decorator: unknown, ...target: unknown[]) =>
    (decorator as (...args: unknown[]) => unknown)(...target);
  (function oneCat() {
    decorate(methods.Get(':id'), Cats.prototype, 'one');
  })();
  (function allCats() {
    decorate(methods.All(), Cats.prototype, 'all');
  })();
  decorate(controllers.Controller('cats'), Cats);
  expect(decorated).toEqual([['Get', ':id', 'one'], ['All', undefined, 'all'], Cats]);
  expect([found('GET', '/api/cats/:id'), found('POST', '/cats')]).toEqual(['oneCat', 'allCats']);
});
