import type { Span } from '@opentelemetry/api';
import type { ClientRequest, IncomingMessage } from 'http';
import type { Capture } from '../host';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Remembers where servers are made, so that the spans of their requests have a line even without a framework's routes. */
export class HttpServers {
  private readonly stacks = new WeakMap<object, object>();

  constructor(private readonly capture: Capture) {}

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
    const { server } = (request.socket ?? {}) as { server?: object };
    const stack = server && this.stacks.get(server);
    if (stack) this.capture.handledBy(span, stack);
  };
}
