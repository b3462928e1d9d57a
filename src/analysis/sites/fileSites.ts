import type { FileModel } from '../../lint/model';
import type { SpanSite } from '../../protocol/spanSites';
import { clientCalls } from './clientCalls';
import { type Routes, routesOf } from './routes';
import { startedSpans } from './startedSpans';

/** What one file makes spans by, before routers of other files are known. */
export interface FileSites {
  readonly sites: readonly SpanSite[];
  readonly routes: Routes;
}

const WORDS =
  /startSpan|startActiveSpan|@(?:Span|WithSpan|withSpan|Traceable|Trace|Traced|otelTraced|Controller)\b|\.(?:get|head|post|put|patch|delete|options|all|use|route)\s*\(\s*[['"`{]|\b(?:fetch|axios|got|ky|needle|superagent|undici|https?)\b\s*[.(]|\.use\s*\(/;

/** Whether a file's text can hold a site; only such files are parsed. `mentions`: wrappers and modules that make spans. */
export function mayHaveSites(text: string, mentions: RegExp | undefined): boolean {
  return WORDS.test(text) || mentions?.test(text) === true;
}

export function sitesIn(file: FileModel, wrappers: readonly string[]): FileSites {
  return { sites: [...startedSpans(file, wrappers), ...clientCalls(file)], routes: routesOf(file) };
}
