import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { joinedRoute } from '../../../protocol/fileRoutes';
import type { Capture } from '../../host';
import type { PackageFile } from '../../stage0/packageFile';
import { OwnInstrumentation, type WatchingInstrumentation } from '../ownInstrumentation';
import { followRequests } from './requestHandlers';
import { RouteTable, type TableRoute } from './routeTable';

interface BuiltRoute {
  readonly parentId?: string;
  /** Below its parent's; none where it only puts something around others. */
  readonly path?: string;
  readonly index?: boolean;
  readonly caseSensitive?: boolean;
}
/** By their ids, as they are built. */
type BuiltRoutes = Readonly<Record<string, BuiltRoute | undefined>>;

interface Build {
  readonly routes?: BuiltRoutes;
  readonly basename?: string;
}

/** A browser asks for a page's data alone by these; `_` stands for a slash at the end of the page's path. */
const DATA = /(?:\/_root|\/_)?\.data$/;
/** Set up by no line: what a file exports answers, which the index of sources knows by the route's name. */
const BY_FILE = { byFile: true };
/** By which a browser asks which routes there are. */
const MANIFEST = '/__manifest';
const MOST_LEVELS = 30;
/** Segments of one path that may be left out; each doubles what there is to match. */
const MOST_OPTIONAL = 4;

/** Requests that React Router or Remix answers go by the route that it finds for them: what was built tells which there are. */
export class ReactRouterRequests extends OwnInstrumentation implements WatchingInstrumentation {
  private readonly tables = new WeakMap<BuiltRoutes, RouteTable>();

  constructor(private readonly capture: Pick<Capture, 'handledBy'>) {
    super('react-router');
  }

  loaded(file: PackageFile, exports: unknown): unknown {
    return followRequests(file, exports, (request, build) => {
      if (this.tracer) this.nameRequest(request, build as Build);
    });
  }

  private nameRequest({ method, url }: Request, { routes, basename = '/' }: Build): void {
    const current = getRPCMetadata(context.active());
    const { pathname } = new URL(url);
    if (!current || !routes || pathname.endsWith(MANIFEST)) return;
    const name = this.tableOf(routes, basename).nameOf(method, decoded(pathname.replace(DATA, '')));
    if (name === undefined) return;
    current.route = name;
    this.capture.handledBy(current.span, BY_FILE);
  }

  private tableOf(routes: BuiltRoutes, basename: string): RouteTable {
    let table = this.tables.get(routes);
    if (!table) this.tables.set(routes, (table = new RouteTable(routesOf(routes, basename))));
    return table;
  }
}

/** What a request may come to: routes with a path of their own, each but under the index that there may be of it. */
export function routesOf(routes: BuiltRoutes, basename = '/'): TableRoute[] {
  return Object.values(routes).flatMap((route) => {
    if (!route || (route.path === undefined && !route.index)) return [];
    const name = pathOf(routes, route);
    return [...patternsOf(joinedRoute(basename, name))].map((pattern) => ({
      name,
      pattern,
      ignoresCase: !route.caseSensitive,
    }));
  });
}

function pathOf(routes: BuiltRoutes, leaf: BuiltRoute): string {
  let path = '';
  let route: BuiltRoute | undefined = leaf;
  for (let level = 0; route && level < MOST_LEVELS; level++) {
    path = joinedRoute(route.path ?? '', path);
    route = route.parentId === undefined ? undefined : routes[route.parentId];
  }
  return joinedRoute(path);
}

/** `/en?/orders/:id` is `/en/orders/[id]` and `/orders/[id]`. */
function* patternsOf(path: string, optional = 0): Generator<string> {
  const found = optional < MOST_OPTIONAL ? /\/[^/:*]+\?(?=\/|$)/.exec(path) : null;
  if (found) {
    const [before, after] = [path.slice(0, found.index), path.slice(found.index + found[0].length)];
    yield* patternsOf(before + found[0].slice(0, -1) + after, optional + 1);
    yield* patternsOf(before + after || '/', optional + 1);
    return;
  }
  yield path
    .replace(/\/:([\w-]+)\?(?=\/|$)/g, '/[[$1]]')
    .replace(/\/:([\w-]+)/g, '/[$1]')
    .replace(/\/\*$/, '/[...]');
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
