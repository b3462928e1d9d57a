import { attributeText } from '../model/attributeText';
import type { Segment } from './segment';
import { rowAttributes } from './spanReader';

/** What instrumentations of HTTP call a request whose route nobody knows. */
const METHOD_ALONE = /^(?:HTTP )?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|QUERY|CONNECT|TRACE)$/;
/** By the conventions of today, and those before them, in which the query stands as well. */
const KEYS = ['url.path', 'http.target', 'url.full', 'http.url'];
const LONGEST = 200;

/** The path that a span's request was for, where the span's name says no more than the method. `at`: where its row begins. */
export function requestPath(segment: Segment, at: number, name: string): string | undefined {
  if (!METHOD_ALONE.test(name)) return undefined;
  const attributes = rowAttributes(segment, at);
  for (const wanted of KEYS) {
    const value = attributes.find(({ key }) => key === wanted)?.value;
    const path = value && pathOf(attributeText(value));
    if (path) return path.slice(0, LONGEST);
  }
  return undefined;
}

/** Without host, query and fragment. */
function pathOf(target: string): string {
  return target.replace(/^[a-z][a-z+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '') || '/';
}
