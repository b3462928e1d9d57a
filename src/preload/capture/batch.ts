import { type MemorySourceMap, RESOURCE_MEMBER } from '../../protocol/preload';
import type { CallSites } from './callSites';
import { encodeSpan, type SiteRef } from './encodeSpan';
import type { MemoryMaps } from './memoryMaps';
import type { CallSite, RecordedSpan } from './recordedSpan';
import type { Resources } from './resources';
import type { RouteSites } from './routes/routeSites';
import { scopeOf, type ReadableSpan, type Resource, type Scope } from './sdkTypes';

/** A PreloadBatch as text, and what must be known to send it, keep it or give it up. */
export interface EncodedBatch {
  readonly text: string;
  readonly spans: number;
  readonly maps: readonly MemorySourceMap[];
}

export interface BatchParts {
  readonly ended: readonly RecordedSpan[];
  readonly open: readonly RecordedSpan[];
  /** See PreloadBatch. */
  readonly provisional?: boolean | undefined;
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

  encode({ dropped, ...parts }: BatchParts & { readonly dropped: number }): EncodedBatch {
    const batch = this.begin();
    batch.add(parts);
    return batch.finish(dropped);
  }

  begin(): OpenBatch {
    const { pid, thread } = this.origin;
    const head = `{"id":"${pid}-${thread}-${this.started}-${++this.batches}","pid":${pid},"thread":${thread}`;
    const sites = new SiteTable(this.maps);
    return new OpenBatch(head, sites, this.resources, (record) => this.siteRef(record, sites));
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

/** A batch that grows until it is sent. Each span is encoded once, for the journal and for the engine alike. */
export class OpenBatch {
  spans = 0;
  private additions = 0;
  private marks = '';
  private latest = '';
  private readonly numbers = new Map<Resource | undefined, number>();
  private readonly ended: SpanGroups;
  private readonly open: SpanGroups;

  constructor(
    private readonly head: string,
    private readonly sites: SiteTable,
    private readonly resources: Resources,
    siteRef: (record: RecordedSpan) => SiteRef | undefined,
  ) {
    this.ended = new SpanGroups((record) => encodeSpan(record.span, siteRef(record), false));
    this.open = new SpanGroups((record) => encodeSpan(record.span, siteRef(record), true));
  }

  get isEmpty(): boolean {
    return this.additions === 0;
  }

  /** Gives what was added as a line of a journal: see PreloadBatch on batches in parts. */
  add({ ended, open, provisional, exitCode }: BatchParts): string {
    const [sites, maps] = [this.sites.json.length, this.sites.maps.length];
    const spans = jsonOfGroups(this.ended.add(ended), (resource) => this.once(resource));
    const unfinished = jsonOfGroups(this.open.add(open), (resource) => this.once(resource));
    this.spans += ended.length;
    this.additions++;
    if (provisional) this.marks += ',"provisional":true';
    if (exitCode !== undefined) this.marks += `,"exitCode":${exitCode}`;
    this.latest = this.text(0, spans, unfinished, this.sites.json.slice(sites), this.sites.maps.slice(maps));
    return this.latest;
  }

  finish(dropped: number): EncodedBatch {
    const { spans, sites } = this;
    const isWhole = this.additions === 1 && dropped === 0;
    return { text: isWhole ? this.latest : this.whole(dropped), spans, maps: sites.maps };
  }

  private whole(dropped: number): string {
    const define = (resource: Resource | undefined) => `"resource":${this.resources.encode(resource)}`;
    const [spans, unfinished] = [this.ended, this.open].map(({ all }) => jsonOfGroups(all, define));
    return this.text(dropped, spans, unfinished, this.sites.json, this.sites.maps);
  }

  private text(
    dropped: number,
    spans: string,
    unfinished: string,
    sites: readonly string[],
    maps: readonly MemorySourceMap[],
  ): string {
    const open = unfinished && `,"open":[${unfinished}]`;
    const all = maps.length > 0 ? JSON.stringify(maps) : '[]';
    return `${this.head}${this.marks},"dropped":${dropped},"resourceSpans":[${spans}]${open},"sites":[${sites.join()}],"maps":${all}}`;
  }

  /** The resource, or where it is named again its number in the batch. */
  private once(resource: Resource | undefined): string {
    const number = this.numbers.get(resource);
    if (number !== undefined) return `"${RESOURCE_MEMBER}":${number}`;
    this.numbers.set(resource, this.numbers.size);
    return `"resource":${this.resources.encode(resource)}`;
  }
}

type Groups = Map<Resource | undefined, Map<Scope, string[]>>;

/** Encoded spans by their resource and scope. */
class SpanGroups {
  readonly all: Groups = new Map();

  constructor(private readonly encode: (record: RecordedSpan) => string) {}

  /** Gives what was added alone. A span that cannot be read is left out. */
  add(records: readonly RecordedSpan[]): Groups {
    const added: Groups = new Map();
    for (const record of records) {
      try {
        const json = this.encode(record);
        for (const groups of [added, this.all]) listIn(groups, record.span).push(json);
      } catch {
        continue;
      }
    }
    return added;
  }
}

function listIn(groups: Groups, span: ReadableSpan): string[] {
  let byScope = groups.get(span.resource);
  if (!byScope) groups.set(span.resource, (byScope = new Map()));
  const scope = scopeOf(span);
  let list = byScope.get(scope);
  if (!list) byScope.set(scope, (list = []));
  return list;
}

/** OTLP's `ResourceSpans`, joined by commas. */
function jsonOfGroups(groups: Groups, resourceMember: (resource: Resource | undefined) => string): string {
  return Array.from(groups, ([resource, byScope]) => {
    const scopes = Array.from(byScope, ([scope, list]) => `{"scope":${encodeScope(scope)},"spans":[${list.join()}]}`);
    return `{${resourceMember(resource)},"scopeSpans":[${scopes.join()}]}`;
  }).join();
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

function encodeScope({ name, version }: Scope): string {
  return JSON.stringify({ name, version });
}
