import { context, trace } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import fastify, { type FastifyInstance } from 'fastify';
import { HttpError } from './errors.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { checkoutRoutes } from './routes/checkout.ts';
import { healthRoutes } from './routes/health.ts';
import { orderRoutes } from './routes/orders.ts';

export function createApp(): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  nameSpansByRoute(app);
  app.setErrorHandler((error: Error & { validation?: unknown }, _request, reply) => {
    const status = error instanceof HttpError ? error.status : error.validation ? 400 : 500;
    if (status === 500) console.error(`gateway: ${error.stack}`);
    return reply.status(status).send({ error: status === 500 ? 'internal error' : error.message });
  });
  app.register(healthRoutes);
  app.register(catalogueRoutes);
  app.register(checkoutRoutes);
  app.register(orderRoutes);
  return app;
}

/** The HTTP instrumentation sees a bare request: tells it the route, so that the span is called "GET /products/:id". */
function nameSpansByRoute(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    const metadata = getRPCMetadata(context.active());
    if (!route || !metadata) return;
    metadata.route = route;
    trace.getActiveSpan()?.updateName(`${request.method} ${route}`);
  });
}
