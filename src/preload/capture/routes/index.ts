import type { Host } from '../../host';
import type { CallSites } from '../callSites';
import { watchExpress } from './express';
import { ExpressMiddleware } from './expressMiddleware';
import { watchFastify } from './fastify';
import { watchHapi } from './hapi';
import { HonoRoutes } from './hono';
import { watchKoa } from './koa';
import { NestRoutes } from './nest';
import { RouteSites } from './routeSites';

export interface Routes {
  readonly sites: RouteSites;
  readonly middleware: ExpressMiddleware;
}

/** Follows the routes and middleware that the program registers with the frameworks known here. */
export function watchRoutes(host: Host, callSites: CallSites): Routes {
  const routes = new RouteSites(callSites);
  const middleware = new ExpressMiddleware(callSites);
  const nest = new NestRoutes(routes, callSites);
  const hono = new HonoRoutes(routes, callSites);
  host.compiled.after.push((filename, exports) => {
    watchExpress(filename, exports, routes);
    middleware.watch(filename, exports);
    watchKoa(filename, exports, routes);
    nest.watch(filename, exports);
    hono.watch(filename, exports);
    return watchHapi(filename, exports, routes);
  });
  watchFastify(routes);
  return { sites: routes, middleware };
}
