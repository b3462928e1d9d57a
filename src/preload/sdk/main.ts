import { context, INVALID_SPAN_CONTEXT, trace, type Span, type TracerProvider } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import http from 'http';
import https from 'https';
import { syncBuiltinESMExports } from 'module';
import type { Capture, Host, SdkSeat } from '../host';
import { isDevAsset } from './devAssets';
import { ProjectRoutes } from './fileRoutes/projectRoutes';
import { HttpServers } from './httpServers';
import { PACKAGE_INSTRUMENTATIONS } from './instrumentationTable';
import { PackageWatch } from './packageWatch';
import { runHooks } from './requireHook';
import { NodeSqliteTracing } from './sqlite/nodeSqlite';
import { StandIn } from './standIn';
import { createWorld } from './world';

const API_SLOT = Symbol.for('opentelemetry.js.api.1');

/** The third stage: brings an SDK into a program that has none, and takes it away again when one shows up after all. */
export function startSdk(host: Host, capture: Capture, seat: SdkSeat): void {
  const world = createWorld(seat.serviceName);
  capture.adopt(world.provider);

  const running: Instrumentation[] = [];
  const run = (instrumentation: Instrumentation) => {
    host.debug(() => `instruments with ${instrumentation.instrumentationName}`);
    instrumentation.setTracerProvider(world.provider);
    running.push(instrumentation);
  };
  const packages = new PackageWatch(PACKAGE_INSTRUMENTATIONS, capture, run);
  packages.attach(host.compiled, host.esModules);
  capture.onRoute = nameRequest;
  patchBuiltins(run, new HttpServers(capture, ProjectRoutes.find(process.argv[1], process.cwd())));

  const standIn = new StandIn(world, seat.onTrace);
  capture.onAdopted = (provider) => {
    if (provider === world.provider) return;
    host.debug(() => `steps back for ${provider.constructor?.name}`);
    packages.stop();
    for (const instrumentation of running) instrumentation.setTracerProvider(noTracing);
    world.goDark();
    standIn.stepBack(provider as TracerProvider);
  };
  standIn.takeSlot(globalThis, API_SLOT);
  host.onGlobal.push((global) => standIn.takeSlot(global, API_SLOT));
}

/** The instrumentation calls the request's span by it when the request is answered. */
function nameRequest(route: string): void {
  const request = getRPCMetadata(context.active());
  if (request) request.route = route;
}

/** Built-in modules are patched at once: ES modules import them without anybody being asked. */
function patchBuiltins(run: (instrumentation: Instrumentation) => void, servers: HttpServers): void {
  run(new UndiciInstrumentation());
  const ignoreIncomingRequestHook = ({ url }: http.IncomingMessage) => isDevAsset(url);
  run(new HttpInstrumentation({ requestHook: servers.requestStarted, ignoreIncomingRequestHook }));
  servers.watch(http);
  servers.watch(https);
  runHooks(http, 'http', undefined);
  runHooks(https, 'https', undefined);
  const sqlite = new NodeSqliteTracing();
  run(sqlite);
  sqlite.follow();
  syncBuiltinESMExports();
}

/**
 * Instrumentations are not disabled when we step back: that would take away the patches of the program's own, which may lie over
 * ours. With this provider and a dark world they only call through.
 */
const noTracing: TracerProvider = {
  getTracer: () => ({
    startSpan: noSpan,
    startActiveSpan: (...args: unknown[]) => (args[args.length - 1] as (span: Span) => never)(noSpan()),
  }),
};

function noSpan(): Span {
  return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
}
