import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CallSites } from '../../../src/preload/capture/callSites';
import { RecordedSpan } from '../../../src/preload/capture/recordedSpan';
import { Entered } from '../../../src/preload/capture/routes/entered';
import { ExpressRoutes } from '../../../src/preload/capture/routes/express';
import { ExpressMiddleware } from '../../../src/preload/capture/routes/expressMiddleware';
import { KoaLayers } from '../../../src/preload/capture/routes/koa';
import { RouteSites } from '../../../src/preload/capture/routes/routeSites';
import type { AnyFunction } from '../../../src/preload/capture/sdkTypes';
import { endedSpan } from './spans';
import { inPackage } from './packageFiles';

const API = Symbol.for('opentelemetry.js.api.1');
const RPC_METADATA = Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA');
const slots = globalThis as Record<symbol, unknown>;

/** The request that is being answered. */
const serverSpan = () => endedSpan({ kind: 1, attributes: { 'http.request.method': 'GET', 'http.route': '/same' } });
let request = serverSpan();
let apiBefore: unknown;

beforeEach(() => {
  request = serverSpan();
  apiBefore = slots[API];
  const getValue = (key: symbol) => (key === RPC_METADATA ? { span: request } : undefined);
  slots[API] = { context: { active: () => ({ getValue }) } };
});

afterEach(() => {
  slots[API] = apiBefore;
});

function parts() {
  const callSites = new CallSites(
    '/nowhere/',
    () => 0,
    () => false,
  );
  const routes = new RouteSites(callSites);
  const functionOf = (record: RecordedSpan) => routes.siteOf(record)?.site.frames[0].place[3];
  return {
    callSites,
    routes,
    entered: new Entered(),
    answering: () => functionOf(new RecordedSpan(request)),
    functionOf,
  };
}

describe('of two routes of one name', () => {
  class Layer {
    constructor(readonly handle: () => void) {}
    handle_request(): void {
      this.handle();
    }
  }
  class Route {
    readonly path = '/same';
    readonly stack: Layer[] = [];
    get(...handlers: (() => void)[]): void {
      this.stack.push(...handlers.map((handler) => new Layer(handler)));
    }
  }

  test('a server span stands at the one whose handler ran, in Express', () => {
    const { callSites, routes, entered, answering } = parts();
    const express = new ExpressRoutes(routes, callSites);
    const files = '/app/node_modules/express/lib/router/';
    express.watch(inPackage(`${files}route.js`), Route);
    new ExpressMiddleware(callSites, express, entered).watch(inPackage(`${files}layer.js`), Layer);
    const [one, other] = [new Route(), new Route()];
    (function first() {
      one.get(() => {});
    })();
    (function second() {
      other.get(
        () => {},
        () => {},
      );
    })();
    expect(answering()).toBeUndefined();
    other.stack[1].handle_request();
    expect(answering()).toBe('second');
    one.stack[0].handle_request();
    expect(answering()).toBe('first');
  });
});

describe('Koa', () => {
  type Middleware = (context: object, next: () => void) => unknown;
  class Application {
    readonly middleware: Middleware[] = [];
    use(middleware: Middleware): this {
      this.middleware.push(middleware);
      return this;
    }
  }
  class Router {
    readonly stack: { readonly stack: AnyFunction[] }[] = [];
    register(_path: string, _methods: string[], handlers: AnyFunction[]): { readonly stack: AnyFunction[] } {
      const layer = { stack: [...handlers] };
      this.stack.push(layer);
      return layer;
    }
    routes(): Middleware {
      return Object.assign(() => {}, { router: this });
    }
  }

  function watched() {
    const all = parts();
    class WatchedApplication extends Application {}
    class WatchedRouter extends Router {}
    WatchedApplication.prototype.use = Application.prototype.use;
    WatchedRouter.prototype.register = Router.prototype.register;
    const koa = new KoaLayers(all.routes, all.callSites, all.entered);
    koa.watch(inPackage('/app/node_modules/koa/lib/application.js'), WatchedApplication);
    koa.watch(inPackage('/app/node_modules/@koa/router/lib/router.js'), WatchedRouter);
    /** Where the span of the layer stands that starts now. */
    const now = () => {
      const record = new RecordedSpan(endedSpan({ kind: 0 }));
      record.setUp = all.entered.current('@opentelemetry/instrumentation-koa');
      return all.functionOf(record);
    };
    return { ...all, application: new WatchedApplication(), router: new WatchedRouter(), now };
  }

  test('tells which app.use a layer comes from, and gives what the layer gives', () => {
    const { application, now } = watched();
    (function logging() {
      application.use((...args) => [now(), ...args]);
    })();
    const context = {};
    const next = () => {};
    expect(application.middleware[0](context, next)).toEqual(['logging', context, next]);
    expect(now()).toBeUndefined();
  });

  test('does not take what a middleware calls for a part of it', () => {
    const { application, router, now } = watched();
    const unseen = { stack: [() => now()] };
    router.stack.push(unseen);
    const dispatch = Object.assign(() => unseen.stack[0](), { router });
    application.use((_context, next) => next());
    application.use(dispatch);
    const [first, second] = application.middleware;
    expect(first({}, () => now())).toBeDefined();
    expect(first({}, () => second({}, () => {}) as void)).toBeUndefined();
  });

  test('forgets what was entered when it throws, and leaves what is on the function', () => {
    const { application, now } = watched();
    const failing = Object.assign(
      () => {
        throw new Error('no');
      },
      { mark: 1 },
    );
    application.use(failing);
    const [used] = application.middleware;
    expect([(used as unknown as typeof failing).mark, used.name, used.length]).toEqual([1, failing.name, 0]);
    expect(() => used({}, () => {})).toThrow('no');
    expect(now()).toBeUndefined();
  });

  test('knows the layers of a router, and which of them answers a request', () => {
    const { application, router, now, answering } = watched();
    (function guards() {
      router.register('/same', [], [() => now()]);
    })();
    (function reads() {
      router.register('/same', ['GET'], [() => now(), () => now()]);
    })();
    application.use(router.routes());
    const [[guard], handlers] = router.stack.map(({ stack }) => stack);
    expect(guard()).toBe('guards');
    expect(answering()).toBe('guards');
    expect(handlers.map((handler) => handler())).toEqual(['reads', 'reads']);
    expect(answering()).toBe('reads');
  });

  test('follows a layer once, however often its router is used', () => {
    const { application, router } = watched();
    router.register('/same', ['GET'], [() => {}]);
    application.use(router.routes());
    const [followed] = router.stack[0].stack;
    application.use(router.routes());
    expect(router.stack[0].stack[0]).toBe(followed);
  });
});

test('a request that a file answers is not on the line that hands all requests to its framework', () => {
  const { routes, callSites, answering } = parts();
  const all = () => routes.answers(request, { stack: callSites.takeStack(all), framework: new Set() });
  (function handsAllOn() {
    all();
  })();
  expect(answering()).toBe('handsAllOn');
  const record = new RecordedSpan(request);
  record.setUp = { byFile: true } as object;
  expect(routes.siteOf(record)).toBeUndefined();
});
