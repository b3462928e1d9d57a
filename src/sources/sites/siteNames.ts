import type { Operation } from '../../model/operation';

/** Begins what a route is called where nothing is said of the method. */
export const ANY_METHOD = '* ';

/** How instrumentations of frameworks call what runs for a route: `request handler - /users/:id`. */
const LAYER = /^(?:request handler|handler) - (\/.*)$/;
const METHOD_AND_ROUTE = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ALL) (\/.*)$/;

/** A route's name for those who do not say a method. */
export function ofAnyMethod([first, ...rest]: readonly string[]): string[] {
  return [ANY_METHOD + first.replace(/^[A-Z]+ /, ''), ...rest];
}

/** What a site may be called that makes spans of this operation, the likeliest first. */
export function siteNames({ name }: Operation): readonly string[] {
  const layer = LAYER.exec(name);
  if (layer) return [name, ANY_METHOD + layer[1]];
  const route = METHOD_AND_ROUTE.exec(name);
  return route ? [name, route[2]] : [name];
}
