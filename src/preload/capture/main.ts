import type { Capture, Host } from '../host';
import { BatchEncoder } from './batch';
import { CallSites } from './callSites';
import { EngineConnection } from './connection';
import { MemoryMaps } from './memoryMaps';
import { PoolCalls } from './poolCalls';
import { Providers } from './providers';
import { Recorder } from './recorder';
import { Resources } from './resources';
import { watchRoutes } from './routes/index';
import type { AnyFunction, ReadableSpan } from './sdkTypes';
import { Sender } from './sender';
import { ShadowSpans } from './shadowSpans';
import { Spool } from './spool';
import { TracerPatch } from './tracerPatch';

/** The second stage, loaded when the first tracer provider appears. */
export function startCapture(host: Host): Capture {
  const origin = { pid: process.pid, thread: host.thread };
  const maps = new MemoryMaps(host.inlineMaps);
  const callSites = new CallSites(host.home, host.now, (file) => maps.has(file));
  const resources = new Resources(host.now);
  const shadows = new ShadowSpans((span) => recorder.spanEnded(span));
  const poolCalls = new PoolCalls();
  host.compiled.after.push(poolCalls.compiled);
  const routes = watchRoutes(host, callSites);
  const patch = new TracerPatch(
    callSites,
    { spanStarted: (record) => recorder.spanStarted(record), spanEnded: (span) => recorder.spanEnded(span) },
    shadows,
    poolCalls,
    routes.middleware,
  );
  const encoder = new BatchEncoder(origin, callSites, routes.sites, maps, resources);
  const connection = new EngineConnection(host);
  const sender = new Sender({
    post: (body, done) => connection.post(body, done),
    timers: host.timers,
    outsideContext: host.outsideContext,
    onLost: (batch) => encoder.resend(batch.maps),
    onTaken: () => recorder.batchesTaken(),
  });
  const recorder = new Recorder(host, encoder, sender, new Spool(host.settings.spool, origin, host.files), resources);
  process.on('exit', (code) => recorder.processExits(code));

  const providers = new Providers(patch, host.debug);
  return {
    adopt: (provider) => providers.adopt(provider),
    adoptTracerClass: (tracerClass) => {
      const prototype = (tracerClass as { prototype?: Record<string, AnyFunction> } | undefined)?.prototype;
      if (prototype) patch.patchTracerPrototype(prototype);
    },
    takeStack: (below) => callSites.takeStack(below),
    handledBy: (span, stack) => recorder.handledBy(span as ReadableSpan, stack),
    set onAdopted(listener: Capture['onAdopted']) {
      providers.onAdopted = listener;
    },
    get onAdopted() {
      return providers.onAdopted;
    },
    snapshot: () => recorder.snapshot(),
  };
}
