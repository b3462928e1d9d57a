import type { Host } from '../../host';
import type { CallSites } from '../callSites';
import { watchExpress } from './express';
import { watchFastify } from './fastify';
import { watchKoa } from './koa';
import { NestRoutes } from './nest';
import { RouteSites } from './routeSites';

/** Follows the routes that the program registers with the frameworks known here. */
export function watchRoutes(host: Host, callSites: CallSites): RouteSites {
  const routes = new RouteSites(callSites);
  const nest = new NestRoutes(routes, callSites);
  host.compiled.after.push((filename, exports) => {
    watchExpress(filename, exports, routes);
    watchKoa(filename, exports, routes);
    nest.watch(filename, exports);
    return exports;
  });
  watchFastify(routes);
  return routes;
}
