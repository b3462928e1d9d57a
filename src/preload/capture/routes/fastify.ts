import { subscribe } from 'diagnostics_channel';
import type { RouteSites } from './routeSites';

const FRAMEWORK = new Set(['fastify', 'avvio', '@fastify/otel']);

interface RouteOptions {
  readonly method: string | readonly string[];
  /** With the prefixes of its plugins. */
  readonly url: string;
}
interface Fastify {
  addHook(name: 'onRoute', hook: (options: RouteOptions) => void): void;
}

/** Fastify tells of every instance, and an instance of every route, while it is being registered. */
export function watchFastify(routes: RouteSites): void {
  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as { fastify?: Fastify };
    fastify?.addHook('onRoute', function registered({ method, url }) {
      routes.register(typeof method === 'string' ? [method] : method, url, FRAMEWORK, registered);
    });
  });
}
