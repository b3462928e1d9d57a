import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { RPCType, setRPCMetadata, type RPCMetadata } from '@opentelemetry/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepRoute } from '../../../src/preload/sdk/expressRoutes';

beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterEach(() => context.disable());

/** The route of a request that came to these layers, as `type route`; the instrumentation writes each layer's into it, or none. */
function routeAfter(...layers: readonly (readonly [type: string, path: string, written: string | undefined])[]) {
  const request: RPCMetadata = { type: RPCType.HTTP, span: {} as Span };
  context.with(setRPCMetadata(ROOT_CONTEXT, request), () => {
    for (const [layerType, route, written] of layers) {
      request.route = written;
      keepRoute({}, { layerType, route });
    }
  });
  return request.route;
}

const handler = (route: string) => ['request_handler', route, route] as const;
const middleware = (written?: string) => ['middleware', written ?? '/', written] as const;

test('a request keeps the route of its handler though a middleware behind it answers', () => {
  expect(routeAfter(middleware('/posts'), handler('/posts/:id'), middleware('/posts'), middleware())).toBe(
    '/posts/:id',
  );
});

test('of several handlers the last one tells', () => {
  expect(routeAfter(handler('/posts/:id'), handler('/posts/:id/lines'))).toBe('/posts/:id/lines');
});

test('what takes all paths is no route to be kept, nor is a middleware’s', () => {
  expect(routeAfter(handler('/*'), middleware())).toBeUndefined();
  expect(routeAfter(middleware('/posts'), middleware())).toBeUndefined();
});
