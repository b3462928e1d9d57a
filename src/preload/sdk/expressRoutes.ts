import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';

/** What the Express instrumentation tells of a layer that is entered. */
interface Layer {
  /** From the root; of several paths that stand for each other, with commas. */
  readonly route: string;
  readonly layerType: string;
}

/**
 * The `requestHook` of the Express instrumentation. Of a handler that leaves the answer to a middleware behind it, as one that renders for
 * all routes, the request keeps its route: the instrumentation has each layer that comes later write its own, or none, over it.
 */
export function keepRoute(_span: unknown, { route, layerType }: Layer): void {
  const request = getRPCMetadata(context.active());
  if (!request || layerType !== 'request_handler' || !route.startsWith('/') || route.includes('*')) return;
  let current = request.route;
  Object.defineProperty(request, 'route', {
    configurable: true,
    enumerable: true,
    get: () => (current === undefined || route.startsWith(`${current}/`) ? route : current),
    set: (value: string | undefined) => (current = value),
  });
}
