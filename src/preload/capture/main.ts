import type { Capture, Host } from '../host';
import { CallSites } from './callSites';
import { CONSUMER_PACKAGES, Consumers } from './consumers';
import { GoneThreads } from './goneThreads';
import { MemoryMaps } from './memoryMaps';
import { Outlet } from './outlet';
import { POOL_PACKAGES, PoolCalls } from './poolCalls';
import { Providers } from './providers';
import { watchRoutes } from './routes/index';
import type { AnyFunction, ReadableSpan } from './sdkTypes';
import { ShadowSpans } from './shadowSpans';
import { TracerPatch } from './tracerPatch';

/** The second stage, loaded when the first tracer provider appears. */
export function startCapture(host: Host): Capture {
  const origin = { pid: process.pid, thread: host.thread };
  const maps = new MemoryMaps(host.inlineMaps);
  const callSites = new CallSites(host.home, host.now, (file) => maps.has(file));
  const poolCalls = new PoolCalls();
  host.compiled.after(POOL_PACKAGES, poolCalls.compiled);
  const consumers = new Consumers(callSites);
  host.compiled.after(CONSUMER_PACKAGES, (file, exports) => consumers.watch(file, exports));
  host.esModules.follow(poolCalls.evaluated);
  host.esModules.follow((file, exports) => consumers.watch(file, exports));
  const routes = watchRoutes(host, callSites);
  const outlet = new Outlet({ host, origin, callSites, routes: routes.sites });
  const shadows = new ShadowSpans((span) => outlet.shadowEnded(span));
  const patch = new TracerPatch(callSites, outlet, shadows, poolCalls, consumers, routes.entered);
  new GoneThreads(host, (threads) => outlet.threadsGone(threads)).watch();
  process.on('exit', (code) => outlet.processExits(code));

  const providers = new Providers(patch, host.debug);
  return {
    adopt: (provider) => providers.adopt(provider),
    adoptTracerClass: (tracerClass) => {
      const prototype = (tracerClass as { prototype?: Record<string, AnyFunction> } | undefined)?.prototype;
      if (prototype) patch.patchTracerPrototype(prototype);
    },
    takeStack: (below) => callSites.takeStack(below),
    handledBy: (span, stack) => outlet.handledBy(span as ReadableSpan, stack),
    set onAdopted(listener: Capture['onAdopted']) {
      providers.onAdopted = listener;
    },
    get onAdopted() {
      return providers.onAdopted;
    },
    set onRoute(listener: Capture['onRoute']) {
      routes.sites.onRoute = listener;
    },
    get onRoute() {
      return routes.sites.onRoute;
    },
    snapshot: () => outlet.snapshot(),
    report: () => outlet.report(),
    connect: (target) => outlet.connect(target),
  };
}
