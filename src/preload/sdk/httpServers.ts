import { context, type Span } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import type { ClientRequest, IncomingMessage } from 'http';
import type { Capture } from '../host';
import type { ProjectRoutes } from './fileRoutes/projectRoutes';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Remembers where servers are made, so that the spans of their requests have a line even without a framework's routes. */
export class HttpServers {
  private readonly stacks = new WeakMap<object, object>();

  /** `fileRoutes`: where the framework takes routes from files. The server is the framework's there, and no line of the program's. */
  constructor(
    private readonly capture: Capture,
    private readonly fileRoutes: ProjectRoutes | undefined,
  ) {}

  /** `module`: `http` or `https`. */
  watch(module: object): void {
    const { stacks, capture } = this;
    const functions = module as Record<'createServer', AnyFunction>;
    const original = functions.createServer;
    function createServer(this: unknown, ...args: unknown[]): unknown {
      const server = original.apply(this, args);
      if (typeof server === 'object' && server !== null) stacks.set(server, capture.takeStack(createServer));
      return server;
    }
    Object.defineProperty(createServer, 'length', { value: original.length, configurable: true });
    functions.createServer = createServer;
  }

  /** The `requestHook` of the HTTP instrumentation. */
  readonly requestStarted = (span: Span, request: ClientRequest | IncomingMessage): void => {
    if (this.fileRoutes) {
      if ('url' in request) nameRoute(request, this.fileRoutes);
      return;
    }
    const { server } = (request.socket ?? {}) as { server?: object };
    const stack = server && this.stacks.get(server);
    if (stack) this.capture.handledBy(span, stack);
  };
}

/** By which the instrumentation calls the span when the request is answered. */
function nameRoute({ method = 'GET', url = '/' }: IncomingMessage, routes: ProjectRoutes): void {
  const request = getRPCMetadata(context.active());
  const route = request && routes.nameOf(method, url);
  if (request && route !== undefined) request.route = route;
}
