import type { LineStats } from '../../model/lineStats';

const ROUTER = /^router - /;
const NOTHING_NS = 1e6;

/**
 * Whether the spans of a line only say that requests came to a router: Express's instrumentation ends them at once, so that their
 * durations tell nothing of what the router did. Koa's spans of the same name last as long as their routes.
 */
export function countsOnly({ names, p95 }: LineStats): boolean {
  return names.length > 0 && names.every((name) => ROUTER.test(name)) && p95 < NOTHING_NS;
}
