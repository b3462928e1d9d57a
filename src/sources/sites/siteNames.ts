import type { Operation } from '../../model/operation';

/** How instrumentations of frameworks call what runs for a route: `request handler - /users/:id`. */
const LAYER = /^(?:request handler|router|middleware|handler) - (\/.*)$/;
const METHOD_AND_ROUTE = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ALL) (\/.*)$/;

/** What a site may be called that makes spans of this operation, the likeliest first. */
export function siteNames({ name }: Operation): readonly string[] {
  const layer = LAYER.exec(name);
  if (layer) return [name, layer[1]];
  const route = METHOD_AND_ROUTE.exec(name);
  return route ? [name, route[2]] : [name];
}
