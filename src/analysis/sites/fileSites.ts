import type { FileModel } from '../../lint/model';
import type { SpanSite } from '../../protocol/spanSites';
import { clientCalls } from './clientCalls';
import { databaseCalls } from './databaseCalls';
import { fileRoutes, mayBeFileRoute } from './fileRoutes';
import { middlewareSites } from './middleware';
import { nestSpans } from './nestSpans';
import { mayBeNextRoute, nextRoutes } from './nextRoutes';
import { type RouterFile, routerFile } from './reactRouter/pages';
import { type Routes, routesOf } from './routes';
import { serverSites } from './servers';
import { startedSpans } from './startedSpans';

/** What one file makes spans by, before routers of other files are known. */
export interface FileSites {
  readonly sites: readonly SpanSite[];
  readonly routes: Routes;
  readonly router?: RouterFile;
}

/** The application of React Router's that a file belongs to. */
export interface RouterApplication {
  readonly folder: string;
  /** The file lists its routes. */
  readonly isConfig: boolean;
}

const WORDS =
  /startSpan|startActiveSpan|@(?:Span|WithSpan|withSpan|Traceable|Trace|Traced|otelTraced|Controller)\b|\.(?:get|head|post|put|patch|delete|del|options|all|use|route|on|prefix)\s*\(\s*[['"`{]|\.register\s*\(|setGlobalPrefix|\b(?:fetch|axios|got|ky|needle|superagent|undici|https?)\b\s*[.(]|\.(?:use|listen|query|execute|collection)\s*\(|createServer|\bserve\s*\(|redis|mongoose|\b(?:select|insert\s+into|delete\s+from)\s/i;

/** Whether a file can hold a site; only such files are parsed. `mentions`: wrappers and modules that make spans. */
export function mayHaveSites(path: string, text: string, mentions: RegExp | undefined): boolean {
  return WORDS.test(text) || mentions?.test(text) === true || mayBeNextRoute(path) || mayBeFileRoute(path);
}

export function sitesIn(file: FileModel, wrappers: readonly string[], application?: RouterApplication): FileSites {
  const sites = [
    ...startedSpans(file, wrappers),
    ...nestSpans(file),
    ...nextRoutes(file),
    ...fileRoutes(file),
    ...middlewareSites(file),
    ...serverSites(file),
    ...clientCalls(file),
    ...databaseCalls(file),
  ];
  const router = application && routerFile(file, application.folder, application.isConfig);
  return { sites, routes: routesOf(file), ...(router && { router }) };
}
