import { describe, expect, test } from 'vitest';
import type { CallSites } from '../../../src/preload/capture/callSites';
import { HonoRoutes } from '../../../src/preload/capture/routes/hono';
import { watchHapi } from '../../../src/preload/capture/routes/hapi';
import { type KnownSite, RouteSites } from '../../../src/preload/capture/routes/routeSites';
import type { RecordedSpan } from '../../../src/preload/capture/recordedSpan';
import { inPackage } from './packageFiles';

const HONO = inPackage('/app/node_modules/hono/dist/cjs/router/smart-router/router.js');
const HAPI = inPackage('/app/node_modules/@hapi/hapi/lib/route.js');

/** As Hono's: keeps what it is given. */
function smartRouter() {
  class SmartRouter {
    readonly kept: [method: string, path: string, target: [handler: (...args: unknown[]) => unknown, route: object]][] =
      [];
    add(...entry: SmartRouter['kept'][number]): void {
      this.kept.push(entry);
    }
  }
  return { SmartRouter };
}

describe('Hono', () => {
  const watched = () => {
    const answered: object[] = [];
    let stacks = 0;
    const routes = {
      sees() {},
      answers: (_span: unknown, { stack }: { stack: object }) => answered.push(stack),
    } as unknown as RouteSites;
    const callSites = { takeStack: () => ({ stack: ++stacks }) } as unknown as CallSites;
    const exports = smartRouter();
    new HonoRoutes(routes, callSites).watch(HONO, exports);
    return { router: new exports.SmartRouter(), answered };
  };

  test('tells which handler answers, and hands on all that it is given', () => {
    const { router, answered } = watched();
    const route = { path: '/a' };
    router.add('GET', '/a', [(...args) => args, route]);
    const [[method, path, [handler, kept]]] = router.kept;
    expect([method, path, kept]).toEqual(['GET', '/a', route]);
    expect(answered).toEqual([]);
    expect(handler('context', 'next')).toEqual(['context', 'next']);
    expect(answered).toEqual([{ stack: 1 }]);
  });

  test('leaves middleware as it is', () => {
    const { router } = watched();
    const middleware = (): void => {};
    router.add('ALL', '*', [middleware, {}]);
    expect(router.kept[0][2][0]).toBe(middleware);
  });

  test('stands where a handler was registered first, not where its router is mounted', () => {
    const { router, answered } = watched();
    const handler = (): void => {};
    router.add('GET', '/:id', [handler, {}]);
    router.add('GET', '/rooms/:id', [handler, {}]);
    router.kept[1][2][0]();
    expect(answered).toEqual([{ stack: 1 }]);
  });
});

describe('hapi', () => {
  class Route {
    constructor(
      readonly method: string,
      readonly path: string,
    ) {}
  }

  test('tells of each route that is made, and not of its own', () => {
    const registered: unknown[][] = [];
    const routes = { register: (...args: unknown[]) => registered.push(args.slice(0, 2)) } as unknown as RouteSites;
    const Watched = watchHapi(HAPI, Route, routes) as typeof Route;
    expect(new Watched('get', '/rooms/{id}')).toBeInstanceOf(Route);
    expect(new Watched('_special', '/{p*}').path).toBe('/{p*}');
    expect(registered).toEqual([[['get'], '/rooms/{id}']]);
    expect(watchHapi(inPackage('/app/node_modules/other/lib/route.js'), Route, routes)).toBe(Route);
  });
});

describe('a server span', () => {
  const callSites = {
    takeStack: () => 'route',
    callerOf: (stack: unknown) => stack,
    passes: () => false,
  } as unknown as CallSites;
  const siteOf = (attributes: object): KnownSite['site'] | undefined => {
    const routes = new RouteSites(callSites);
    routes.register(['get'], '/', new Set(), () => {});
    return routes.siteOf({ span: { kind: 1, attributes }, setUp: 'server' } as unknown as RecordedSpan)?.site;
  };

  test.each([
    ['/', 'route'],
    ['/?page=2', 'route'],
    // Express says the same of static files that are served from the root.
    ['/logo.png', 'server'],
  ])('of the route "/" that asks for %s stands on the %s', (path, place) => {
    expect(siteOf({ 'http.method': 'GET', 'http.route': '/', 'http.target': path })).toBe(place);
  });
});

describe('a request that has come to the route of a package', () => {
  const callSites = {
    takeStack: () => 'route',
    callerOf: (stack: unknown) => stack,
    passes: () => false,
  } as unknown as CallSites;
  const [express, nest] = [new Set(['express']), new Set(['@nestjs/common'])];
  const siteOf = (framework: ReadonlySet<string>): unknown => {
    const routes = new RouteSites(callSites);
    routes.register(['get'], '/:id', framework, () => {});
    const span = { kind: 1, attributes: { 'http.method': 'GET', 'http.route': '/admin/:id' } };
    // No frame of the program's.
    routes.answers(span, { stack: undefined as never, framework: express });
    return routes.siteOf({ span, setUp: 'server' } as unknown as RecordedSpan)?.site;
  };

  test('does not stand on the program’s route of that name', () => {
    expect(siteOf(express)).toBe('server');
  });

  test('stands on it where it is of the framework for which the package registers', () => {
    expect(siteOf(nest)).toBe('route');
  });
});

test('a request is no surer than the server where nobody sees the routes behind it', () => {
  const callSites = {
    callerOf: (stack: unknown) => stack,
    passes: (_: unknown, packages: Set<string>) => packages.has('@hono/node-server'),
  };
  const routes = new RouteSites(callSites as unknown as CallSites);
  const record = { span: { kind: 1, attributes: {} }, setUp: 'server' } as unknown as RecordedSpan;
  expect(routes.siteOf(record)?.origin).toBe('server');
  routes.sees('@hono/node-server');
  expect(routes.siteOf(record)?.origin).toBe('route');
});
