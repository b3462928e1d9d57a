import { describe, expect, test } from 'vitest';
import { followRequests } from '../../../src/preload/sdk/fileRoutes/requestHandlers';
import { routesOf } from '../../../src/preload/sdk/fileRoutes/reactRouter';
import { RouteTable } from '../../../src/preload/sdk/fileRoutes/routeTable';
import { inPackage } from './packageFiles';

const PACKAGE = inPackage('/app/node_modules/react-router/dist/production/index.mjs');

describe('a request to what React Router has built', () => {
  const built = {
    root: { path: '' },
    'routes/orders': { parentId: 'root', path: 'orders' },
    'routes/orders._index': { parentId: 'routes/orders', index: true },
    'routes/orders.$id': { parentId: 'routes/orders', path: ':id' },
    'routes/frame': { parentId: 'root' },
    'routes/about': { parentId: 'routes/frame', path: ':lang?/about' },
    'routes/terms': { parentId: 'root', path: 'de?/terms', caseSensitive: true },
    'routes/files': { parentId: 'root', path: 'files/*' },
  };

  test.each([
    ['/', '/'],
    ['/orders', '/orders'],
    ['/Orders/7/', '/orders/:id'],
    ['/about', '/:lang?/about'],
    ['/de/about', '/:lang?/about'],
    ['/de/terms', '/de?/terms'],
    ['/terms', '/de?/terms'],
    ['/Terms', undefined],
    ['/files', '/files/*'],
    ['/files/a/b.txt', '/files/*'],
    ['/orders/7/lines', undefined],
  ])('%s goes by %s', (path, name) => {
    expect(new RouteTable(routesOf(built)).nameOf('GET', path)).toBe(name);
  });

  test('goes by its route alone, wherever all of it is served', () => {
    expect(new RouteTable(routesOf(built, '/shop/')).nameOf('GET', '/shop/orders/7')).toBe('/orders/:id');
  });
});

describe('the handler that React Router makes', () => {
  type Handler = (request: object, ...more: unknown[]) => unknown;
  const answer = { answer: true };
  const plain: Record<string, unknown> = { other: 1 };
  const exports = Object.defineProperty(plain, 'createRequestHandler', {
    enumerable: true,
    get: () => (build: unknown, mode: string) => async (request: object, context: unknown) => {
      const given: unknown = typeof build === 'function' ? await (build as () => unknown)() : build;
      return { ...answer, given, mode, request, context };
    },
  });
  const followed = () => {
    const told: unknown[] = [];
    const changed = followRequests(PACKAGE, exports, (...each) => told.push(each)) as typeof exports;
    return { told, changed, make: changed.createRequestHandler as (build: unknown, mode: string) => Handler };
  };

  test('tells of each request and its build, and answers as before', async () => {
    const { told, make, changed } = followed();
    const build = { routes: {} };
    const request = { url: '/a' };
    const answered = await make(build, 'production')(request, 'context');
    expect(answered).toEqual({ ...answer, given: build, mode: 'production', request, context: 'context' });
    expect(told).toEqual([[request, build]]);
    expect(Object.keys(changed).sort()).toEqual(Object.keys(exports).sort());
  });

  test('tells which request asked, where it is built for each', async () => {
    const { told, make } = followed();
    const builds = [{ build: 1 }, { build: 2 }];
    let next = 0;
    const handler = make(() => Promise.resolve(builds[next++]), 'development');
    await Promise.all([handler({ url: '/1' }), handler({ url: '/2' })]);
    expect(told).toEqual([
      [{ url: '/1' }, builds[0]],
      [{ url: '/2' }, builds[1]],
    ]);
  });

  test('is left alone in other files', () => {
    const other = inPackage('/app/node_modules/react-router/dist/production/dom-export.mjs');
    expect(followRequests(other, exports, () => {})).toBe(exports);
  });

  test('answers though who listens fails', async () => {
    const changed = followRequests(PACKAGE, exports, () => {
      throw new Error('no');
    }) as typeof exports;
    const make = changed.createRequestHandler as (build: unknown, mode: string) => Handler;
    expect(await make({}, 'production')({ url: '/' })).toMatchObject(answer);
  });
});
