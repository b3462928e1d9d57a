import { type MemorySourceMap, RESOURCE_MEMBER } from '../../protocol/preload';
import type { CallSites } from './callSites';
import { bareSpan, encodeSpan, type SiteRef } from './encodeSpan';
import type { MemoryMaps } from './memoryMaps';
import type { CallSite, RecordedSpan } from './recordedSpan';
import type { Resources } from './resources';
import type { RouteSites } from './routes/routeSites';
import { scopeOf, type ReadableSpan, type Resource, type Scope } from './sdkTypes';

/** A PreloadBatch in parts, and what must be known to send it, keep it or give it up. */
export interface EncodedBatch {
  /** Lines of JSON, each with its line feed: strings, since Node encodes those in the call that writes them. */
  readonly parts: readonly string[];
  /** Characters of all parts. */
  readonly size: number;
  readonly spans: number;
  readonly maps: readonly MemorySourceMap[];
}

export interface BatchParts {
  readonly ended: readonly RecordedSpan[];
  readonly open: readonly RecordedSpan[];
  readonly unended?: readonly RecordedSpan[];
  readonly gone?: readonly number[];
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
    const known = this.routes.siteOf(record);
    return known && { index: sites.indexOf(known.site), origin: known.origin };
  }
}

/** A batch that grows until it is sent, part by part. */
export class OpenBatch {
  spans = 0;
  private size = 0;
  private readonly parts: string[] = [];
  private readonly numbers = new Map<Resource | undefined, number>();

  constructor(
    private readonly head: string,
    private readonly sites: SiteTable,
    private readonly resources: Resources,
    private readonly siteRef: (record: RecordedSpan) => SiteRef | undefined,
  ) {}

  get isEmpty(): boolean {
    return this.parts.length === 0;
  }

  /** Gives what was added as a line of a journal: see PreloadBatch on batches in parts. */
  add({ ended, open, unended = [], gone = [], provisional, exitCode }: BatchParts, dropped = 0): string {
    let part = this.head;
    if (provisional) part += ',"provisional":true';
    if (exitCode !== undefined) part += `,"exitCode":${exitCode}`;
    part += `,"dropped":${dropped},"resourceSpans":[${this.groupsOf(ended, false)}]`;
    if (open.length > 0) part += `,"open":[${this.groupsOf(open, true)}]`;
    if (gone.length > 0) part += `,"gone":[${gone.join()}]`;
    if (unended.length > 0) part += `,"unended":[${this.groupsOf(unended, true)}]`;
    part += `,${this.sites.takeNew()}}\n`;
    this.spans += ended.length;
    this.parts.push(part);
    this.size += part.length;
    return part;
  }

  finish(dropped: number): EncodedBatch {
    if (dropped > 0) this.add({ ended: [], open: [] }, dropped);
    return { parts: this.parts, size: this.size, spans: this.spans, maps: this.sites.maps };
  }

  /** OTLP's `ResourceSpans`, joined by commas. A span that cannot be read is left out. */
  private groupsOf(records: readonly RecordedSpan[], open: boolean): string {
    const groups = new SpanGroups();
    for (const record of records) {
      try {
        const { span } = record;
        groups.add(span, encodedSpan(span, this.siteRef(record), open));
      } catch {
        continue;
      }
    }
    return groups.toJson((resource) => this.once(resource));
  }

  /** The resource, or where it is named again its number in the batch. */
  private once(resource: Resource | undefined): string {
    const number = this.numbers.get(resource);
    if (number !== undefined) return `"${RESOURCE_MEMBER}":${number}`;
    this.numbers.set(resource, this.numbers.size);
    return `"resource":${this.resources.encode(resource)}`;
  }
}

/** Of what is odd about a span that cannot be read in full, its times are told at least. */
function encodedSpan(span: ReadableSpan, site: SiteRef | undefined, open: boolean): string {
  try {
    return encodeSpan(span, site, open);
  } catch {
    return encodeSpan(bareSpan(span), site, open);
  }
}

interface SpanGroup {
  readonly resource: Resource | undefined;
  readonly scope: Scope;
  json: string;
}

/** Encoded spans by their resource and scope. Neighbours are mostly of the same, and a turn's spans of few. */
class SpanGroups {
  private readonly groups: SpanGroup[] = [];
  private latest: SpanGroup | undefined;

  add(span: ReadableSpan, json: string): void {
    const { resource } = span;
    const scope = scopeOf(span);
    const { latest } = this;
    const known =
      latest?.resource === resource && latest?.scope === scope
        ? latest
        : this.groups.find((group) => group.resource === resource && group.scope === scope);
    if (known) known.json += `,${json}`;
    else this.groups.push((this.latest = { resource, scope, json }));
  }

  toJson(resourceMember: (resource: Resource | undefined) => string): string {
    let json = '';
    for (const resource of new Set(this.groups.map((group) => group.resource))) {
      json += `${json && ','}{${resourceMember(resource)},"scopeSpans":[${this.scopesOf(resource)}]}`;
    }
    return json;
  }

  private scopesOf(resource: Resource | undefined): string {
    let json = '';
    for (const group of this.groups) {
      if (group.resource !== resource) continue;
      json += `${json && ','}{"scope":${encodeScope(group.scope)},"spans":[${group.json}]}`;
    }
    return json;
  }
}

/** The sites of one batch. */
class SiteTable {
  readonly maps: MemorySourceMap[] = [];
  private readonly indexes = new Map<CallSite, number>();
  private fresh: string[] = [];
  private mapsTaken = 0;

  constructor(private readonly memoryMaps: MemoryMaps) {}

  indexOf(site: CallSite): number {
    let index = this.indexes.get(site);
    if (index !== undefined) return index;
    index = this.indexes.size;
    this.indexes.set(site, index);
    this.fresh.push(JSON.stringify(site.frames.map((frame) => frame.place)));
    this.maps.push(...this.memoryMaps.forSite(site));
    return index;
  }

  /** What was added since this was last asked, as members of a batch. */
  takeNew(): string {
    const sites = this.fresh.join();
    const maps = this.maps.length > this.mapsTaken ? JSON.stringify(this.maps.slice(this.mapsTaken)) : '[]';
    this.fresh = [];
    this.mapsTaken = this.maps.length;
    return `"sites":[${sites}],"maps":${maps}`;
  }
}

const scopes = new WeakMap<Scope, string>();

function encodeScope(scope: Scope): string {
  let json = scopes.get(scope);
  if (!json) scopes.set(scope, (json = JSON.stringify({ name: scope.name, version: scope.version })));
  return json;
}
