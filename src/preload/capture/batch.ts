import type { MemorySourceMap } from '../../protocol/preload';
import type { CallSites } from './callSites';
import { encodeSpan, type SiteRef } from './encodeSpan';
import type { MemoryMaps } from './memoryMaps';
import type { CallSite, RecordedSpan } from './recordedSpan';
import type { Resources } from './resources';
import type { RouteSites } from './routes/routeSites';
import { scopeOf, type Resource, type Scope } from './sdkTypes';

/** A PreloadBatch as text, and what must be known to send it, keep it or give it up. */
export interface EncodedBatch {
  readonly text: string;
  readonly spans: number;
  readonly maps: readonly MemorySourceMap[];
}

export interface BatchParts {
  readonly ended: readonly RecordedSpan[];
  readonly open: readonly RecordedSpan[];
  readonly dropped: number;
  /** See PreloadBatch. */
  readonly provisional?: boolean;
  /** Of the process, which ends now. */
  readonly exitCode?: number | undefined;
}

export interface BatchOrigin {
  readonly pid: number;
  readonly thread: number;
}

/** Turns spans into the JSON of a PreloadBatch. */
export class BatchEncoder {
  private batches = 0;
  /** Another process may have had our pid within the same run. */
  private readonly started = Date.now().toString(36);

  constructor(
    private readonly origin: BatchOrigin,
    private readonly callSites: CallSites,
    private readonly routes: RouteSites,
    private readonly maps: MemoryMaps,
    private readonly resources: Resources,
  ) {}

  encode({ ended, open, dropped, provisional, exitCode }: BatchParts): EncodedBatch {
    const sites = new SiteTable(this.maps);
    const encode = (record: RecordedSpan, isOpen: boolean) =>
      encodeSpan(record.span, this.siteRef(record, sites), isOpen);
    const spans = encodeGroups(ended, this.resources, (record) => encode(record, false));
    const unfinished = encodeGroups(open, this.resources, (record) => encode(record, true));
    const { pid, thread } = this.origin;
    const id = `${pid}-${thread}-${this.started}-${++this.batches}`;
    const exit = exitCode === undefined ? '' : `"exitCode":${exitCode},`;
    const marks = provisional ? `"provisional":true,${exit}` : exit;
    const text =
      `{"id":"${id}","pid":${pid},"thread":${thread},${marks}"dropped":${dropped},"resourceSpans":[${spans}]` +
      `${unfinished && `,"open":[${unfinished}]`},"sites":[${sites.json.join()}],"maps":${JSON.stringify(sites.maps)}}`;
    return { text, spans: ended.length, maps: sites.maps };
  }

  /** The batch that carried these maps did not arrive: the next ones that need them carry them again. */
  resend(maps: readonly MemorySourceMap[]): void {
    this.maps.forget(maps);
  }

  private siteRef(record: RecordedSpan, sites: SiteTable): SiteRef | undefined {
    const site = this.callSites.resolve(record);
    if (site) return { index: sites.indexOf(site), origin: record.inferred ? 'inferred' : 'stack' };
    const route = this.routes.siteOf(record);
    return route && { index: sites.indexOf(route), origin: 'route' };
  }
}

/** The sites of one batch. */
class SiteTable {
  readonly json: string[] = [];
  readonly maps: MemorySourceMap[] = [];
  private readonly indexes = new Map<CallSite, number>();

  constructor(private readonly memoryMaps: MemoryMaps) {}

  indexOf(site: CallSite): number {
    let index = this.indexes.get(site);
    if (index !== undefined) return index;
    index = this.json.length;
    this.indexes.set(site, index);
    this.json.push(JSON.stringify(site.frames.map((frame) => frame.place)));
    this.maps.push(...this.memoryMaps.forSite(site));
    return index;
  }
}

/** OTLP's `ResourceSpans`, joined by commas. A span that cannot be read is left out. */
function encodeGroups(
  records: readonly RecordedSpan[],
  resources: Resources,
  encode: (record: RecordedSpan) => string,
): string {
  const byResource = new Map<Resource | undefined, Map<Scope, string[]>>();
  for (const record of records) {
    const { span } = record;
    let json: string;
    try {
      json = encode(record);
    } catch {
      continue;
    }
    let byScope = byResource.get(span.resource);
    if (!byScope) byResource.set(span.resource, (byScope = new Map()));
    const scope = scopeOf(span);
    const list = byScope.get(scope);
    if (list) list.push(json);
    else byScope.set(scope, [json]);
  }
  return Array.from(byResource, ([resource, byScope]) => {
    const scopes = Array.from(byScope, ([scope, list]) => `{"scope":${encodeScope(scope)},"spans":[${list.join()}]}`);
    return `{"resource":${resources.encode(resource)},"scopeSpans":[${scopes.join()}]}`;
  }).join();
}

function encodeScope({ name, version }: Scope): string {
  return JSON.stringify({ name, version });
}
