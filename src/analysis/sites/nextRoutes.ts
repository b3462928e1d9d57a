import type { FileModel } from '../../lint/model';
import type { SpanSite } from '../../protocol/spanSites';
import { exported, type Place } from './exportedPlaces';

/** What Next's spans are of. */
const SCOPE = 'next.js';
/** `app/(shop)/orders/[id]/route.ts`, `src/pages/api/users/[id].ts`: the folders that make the path, and the file. */
const APP_FILE = /^(?:.*\/)?app(\/(?:.*\/)?)(route|page)\.[cm]?[jt]sx?$/;
const PAGES_FILE = /^(?:.*\/)?pages(\/(?:.*\/)?)([^/]+)\.[cm]?[jt]sx?$/;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Files that are no pages of their own. */
const FRAMES = /^_(?:app|document|error|middleware)$/;
/** Next tells the server's part of a page by what it exports. */
const DATA_FUNCTIONS = ['getServerSideProps', 'getStaticProps'];

/** Whether a path may be that of a route by Next's conventions. */
export function mayBeNextRoute(path: string): boolean {
  const plain = path.replaceAll('\\', '/');
  return APP_FILE.test(plain) || PAGES_FILE.test(plain);
}

/** Where the folders are the routes: the exported functions that answer, and what Next itself calls their spans. */
export function nextRoutes(file: FileModel): SpanSite[] {
  const path = file.path.replaceAll('\\', '/');
  const inApp = APP_FILE.exec(path);
  if (inApp) return inApp[2] === 'route' ? handlers(file, inApp[1]) : appPage(file, inApp[1]);
  const inPages = PAGES_FILE.exec(path);
  return inPages && !FRAMES.test(inPages[2]) ? page(file, inPages[1], inPages[2]) : [];
}

/** Next calls its own span alike for all methods: of several, the one that the request was for is the span above it. */
function handlers(file: FileModel, folders: string): SpanSite[] {
  const route = routeOf(folders);
  const answering = METHODS.flatMap((method) =>
    exported(file, method, method).map((place) => ({ ...place, kind: 'route' as const, name: [`${method} ${route}`] })),
  );
  const own = answering.length === 1 ? [ownSpan(placeOf(answering[0]), `executing api route (app) ${route}`)] : [];
  return [...answering, ...own];
}

function appPage(file: FileModel, folders: string): SpanSite[] {
  const route = routeOf(folders);
  return [
    ...exported(file, 'default').flatMap((place) => [
      { ...place, kind: 'route' as const, name: [`GET ${route}`] },
      ownSpan(place, `render route (app) ${route}`),
    ]),
    ...exported(file, 'generateMetadata').map((place) => ownSpan(place, `generateMetadata ${folders}page`)),
  ];
}

function page(file: FileModel, folders: string, name: string): SpanSite[] {
  const route = routeOf(`${folders}${name === 'index' ? '' : `${name}/`}`);
  const places = exported(file, 'default');
  if (folders.startsWith('/api/'))
    return places.flatMap((place) => [
      ...METHODS.map((method) => ({ ...place, kind: 'route' as const, name: [`${method} ${route}`] })),
      ownSpan(place, `executing api route (pages) ${route}`),
    ]);
  const data = DATA_FUNCTIONS.flatMap((each) =>
    exported(file, each).map((place) => ownSpan(place, `${each} ${route}`)),
  );
  // Others are served as they were built, or are of another framework that has a folder of that name.
  if (data.length === 0) return [];
  const rendered = places.flatMap((place) => [
    { ...place, kind: 'route' as const, name: [`GET ${route}`] },
    ownSpan(place, `render route (pages) ${route}`),
  ]);
  return [...data, ...rendered];
}

/** Groups `(shop)` and slots `@modal` are no part of the path. */
function routeOf(folders: string): string {
  const parts = folders.split('/').filter((part) => part !== '' && !/^(?:\(.*\)|@.*)$/.test(part));
  return `/${parts.join('/')}`;
}

function placeOf({ line, column, functionName }: Place): Place {
  return { line, column, ...(functionName !== undefined && { functionName }) };
}

function ownSpan(place: Place, name: string): SpanSite {
  return { ...place, kind: 'decorator', tracer: SCOPE, name: [name] };
}
