import type { FileModel } from '../../lint/model';
import { calleeName, unwrap } from '../../lint/syntax/nodes';
import { ts } from '../../lint/ts';
import { fileRoute, type FileRoute } from '../../protocol/fileRoutes';
import type { SpanSite } from '../../protocol/spanSites';
import { exported, type Place } from './exportedPlaces';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Exports that answer what no other does: Astro's, SvelteKit's. */
const ANY_METHOD = ['ALL', 'fallback'];
/** By what a file of Nitro is one that answers requests. */
const NITRO_HANDLER = /^(?:define)?(?:cached|lazy)?(?:event)?handler$/i;

/** Whether a path may be that of a route of SvelteKit, Astro or Nitro. */
export function mayBeFileRoute(path: string): boolean {
  return fileRoute(path) !== undefined;
}

/** The functions that answer requests where SvelteKit, Astro or Nitro takes routes from files. */
export function fileRoutes(file: FileModel): SpanSite[] {
  const route = fileRoute(file.path);
  if (!route) return [];
  if (route.framework === 'nitro') return ofNitro(file, route);
  return route.isEndpoint ? ofEndpoint(file, route) : ofPage(file, route);
}

function ofEndpoint(file: FileModel, route: FileRoute): SpanSite[] {
  const own = METHODS.filter((method) => file.exports.byName.has(method));
  const others = METHODS.filter((method) => !own.includes(method));
  return [
    ...own.flatMap((method) => answering(exported(file, method, method), [method], route)),
    ...ANY_METHOD.flatMap((name) => answering(exported(file, name, name), others, route)),
  ];
}

/** What a page's file does on the server: it loads, and takes forms. */
function ofPage(file: FileModel, route: FileRoute): SpanSite[] {
  return [
    ...answering(exported(file, 'load', 'load'), ['GET'], route),
    ...answering(exported(file, 'actions', 'actions'), ['POST'], route),
  ];
}

function ofNitro(file: FileModel, route: FileRoute): SpanSite[] {
  const found = file.exports.byName.get('default');
  if (found?.from !== 'here') return [];
  const node = ts.isExpression(found.node) ? unwrap(found.node) : found.node;
  if (!ts.isCallExpression(node) || !NITRO_HANDLER.test(calleeName(node) ?? '')) return [];
  return answering(exported(file, 'default'), route.method ? [route.method] : METHODS, route);
}

function answering(places: readonly Place[], methods: readonly string[], { name }: FileRoute): SpanSite[] {
  return places.flatMap((place) =>
    methods.map((method) => ({ ...place, kind: 'route' as const, name: [`${method} ${name}`] })),
  );
}
