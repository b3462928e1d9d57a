import type { Host } from '../../host';
import type { CallSites } from '../callSites';
import { Entered } from './entered';
import { EXPRESS_PACKAGES, ExpressRoutes } from './express';
import { ExpressMiddleware } from './expressMiddleware';
import { watchFastify } from './fastify';
import { HAPI_PACKAGE, watchHapi } from './hapi';
import { HONO_PACKAGE, HonoRoutes } from './hono';
import { KOA_PACKAGES, KoaLayers } from './koa';
import { NEST_PACKAGES, NestRoutes } from './nest';
import { RouteSites } from './routeSites';

export interface Routes {
  readonly sites: RouteSites;
  readonly entered: Entered;
}

/** Follows the routes and middleware that the program registers with the frameworks known here. */
export function watchRoutes(host: Host, callSites: CallSites): Routes {
  const routes = new RouteSites(callSites);
  const express = new ExpressRoutes(routes, callSites);
  const entered = new Entered();
  const middleware = new ExpressMiddleware(callSites, express, entered);
  const koa = new KoaLayers(routes, callSites, entered);
  const nest = new NestRoutes(routes, callSites);
  const hono = new HonoRoutes(routes, callSites);
  const { compiled } = host;
  compiled.after(EXPRESS_PACKAGES, (file, exports) => {
    express.watch(file, exports);
    middleware.watch(file, exports);
  });
  compiled.after(KOA_PACKAGES, (file, exports) => koa.watch(file, exports));
  compiled.after(NEST_PACKAGES, (file, exports) => nest.watch(file, exports));
  compiled.after([HONO_PACKAGE], (file, exports) => hono.watch(file, exports));
  compiled.after([HAPI_PACKAGE], (file, exports) => watchHapi(file, exports, routes));
  host.esModules.follow((file, exports) => {
    koa.watch(file, exports);
    hono.watch(file, exports);
    nest.watch(file, exports);
  });
  watchFastify(routes);
  return { sites: routes, entered };
}
