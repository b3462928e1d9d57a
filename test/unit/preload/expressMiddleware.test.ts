import { describe, expect, test } from 'vitest';
import { CallSites } from '../../../src/preload/capture/callSites';
import { RecordedSpan } from '../../../src/preload/capture/recordedSpan';
import { Entered } from '../../../src/preload/capture/routes/entered';
import { ExpressRoutes } from '../../../src/preload/capture/routes/express';
import { ExpressMiddleware } from '../../../src/preload/capture/routes/expressMiddleware';
import { RouteSites } from '../../../src/preload/capture/routes/routeSites';
import { endedSpan } from './spans';
import { inPackage } from './packageFiles';

const SCOPE = '@opentelemetry/instrumentation-express';

interface Layer {
  readonly name: string;
  handle_request(): void;
  handle_error(): void;
}
type Router = { stack: Layer[]; use(...layers: [string, () => void][]): unknown; route(handle: () => void): unknown };

/** Each program loads a router of its own. */
function layerClass() {
  return class {
    constructor(
      readonly name: string,
      readonly handle: () => void,
    ) {}
    handle_request(): void {
      this.handle();
    }
    handle_error(): void {
      this.handle();
    }
  };
}

function setUp() {
  const Layer = layerClass();
  const callSites = new CallSites(
    '/nowhere/',
    () => 0,
    () => false,
  );
  const routes = new RouteSites(callSites);
  const entered = new Entered();
  const middleware = new ExpressMiddleware(callSites, new ExpressRoutes(routes, callSites), entered);
  const proto = Object.assign(() => {}, {
    use(this: Router, ...layers: [string, () => void][]) {
      this.stack.push(...layers.map(([name, handle]) => new Layer(name, handle)));
      return this;
    },
    route(this: Router, handle: () => void) {
      this.stack.push(new Layer('bound dispatch', handle));
    },
  });
  const watch = (file: string, exports: unknown) =>
    middleware.watch(inPackage(`/app/node_modules/express/lib/router/${file}`), exports);
  watch('index.js', proto);
  watch('layer.js', Layer);
  const router: Router = { stack: [], use: proto.use, route: proto.route };
  /** Name of the function that set up what a span of this scope, started now, comes from. */
  const now = (scope = SCOPE): string | undefined => {
    const record = new RecordedSpan(endedSpan({ kind: 0 }));
    record.setUp = entered.current(scope);
    return routes.siteOf(record)?.site.frames[0].place[3];
  };
  return { router, now };
}

describe('a span of middleware', () => {
  test('is where the program said app.use', () => {
    const { router, now } = setUp();
    const seen: unknown[] = [];
    (function security() {
      router.use(['helmet', () => seen.push(now())], ['cors', () => seen.push(now())]);
    })();
    (function logging() {
      router.use(['morgan', () => seen.push(now(), now('@opentelemetry/instrumentation-http'))]);
    })();
    for (const layer of router.stack) layer.handle_request();
    expect(seen).toEqual(['security', 'security', 'logging', undefined]);
    expect(now()).toBeUndefined();
  });

  test('that handles a route is where that was set up', () => {
    const { router, now } = setUp();
    const seen: unknown[] = [];
    (function orders() {
      router.route(() => seen.push(now()));
    })();
    router.stack[0].handle_request();
    expect(seen).toEqual(['orders']);
  });

  test('is its own and not that of the middleware that called next, nor of what threw before', () => {
    const { router, now } = setUp();
    const seen: unknown[] = [];
    (function outer() {
      router.use([
        'first',
        () => {
          seen.push(now());
          expect(() => router.stack[1].handle_request()).toThrow('no');
        },
      ]);
    })();
    (function inner() {
      router.use([
        'second',
        () => {
          seen.push(now());
          throw new Error('no');
        },
      ]);
    })();
    (function onError() {
      router.use(['third', () => seen.push(now())]);
    })();
    router.stack[0].handle_request();
    router.stack[2].handle_error();
    expect(seen).toEqual(['outer', 'inner', 'onError']);
  });

  test.each(['query', 'expressInit'])("of the name %s is nobody's line", (name) => {
    const { router, now } = setUp();
    const seen: unknown[] = [];
    (function main() {
      router.use([name, () => seen.push(now())]);
    })();
    router.stack[0].handle_request();
    expect(seen).toEqual([undefined]);
  });
});
