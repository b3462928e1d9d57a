import {
  context,
  propagation,
  trace,
  type ContextManager,
  type TextMapPropagator,
  type TracerProvider,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

/**
 * The bundled SDK. The bundler gives the API inside our bundle a global slot of its own, so all of this is invisible to the
 * program's API, whichever version that is.
 */
export interface World {
  readonly provider: TracerProvider;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  /** From now on nothing is traced, propagated or kept in a context; what is patched already does no more than call through. */
  readonly goDark: () => void;
}

/** By it the engine knows spans that nobody but us exports, see `src/forward/selection.ts`. */
const DISTRO = { 'telemetry.distro.name': 'spanline' };

export function createWorld(serviceName: string): World {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': serviceName, 'process.pid': process.pid, ...DISTRO }))
    .merge(detectResources({ detectors: [envDetector] }));
  // A caller may have decided not to sample; the user still wants to see the request.
  const provider = new BasicTracerProvider({ resource, sampler: new AlwaysOnSampler() });
  const contextManager = new AsyncLocalStorageContextManager().enable();
  const propagator = new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(contextManager);
  propagation.setGlobalPropagator(propagator);
  return { provider, contextManager, propagator, goDark };
}

function goDark(): void {
  trace.disable();
  context.disable();
  propagation.disable();
}
