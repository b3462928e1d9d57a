import { ProtoWriter } from '../otlp/protoWriter';
import type { HeldRequest } from './heldSpans';
import type { LogContext, LogEntry, LogShelf } from './logShelf';

/** Records looked at in one go. */
const RECORDS = 256;
/** Fields of ExportLogsServiceRequest and of what lies in it. */
const RESOURCE_LOGS = 1;
const RESOURCE = 1;
const SCOPE_LOGS = 2;
const SCOPE = 1;
const RECORD = 2;

/** Log records that are held, as requests, with their resource and scope. */
export class HeldLogs {
  private readonly out = new ProtoWriter();
  private readonly shelves: LogShelf[];
  private from: number;

  /** `from`, `until`: of {@link LogEntry.number}, the latter not included. */
  constructor(
    shelves: readonly LogShelf[],
    private readonly first: number,
    private readonly until: number,
  ) {
    this.shelves = [...shelves];
    this.from = first;
  }

  /** Those of the next few hundred records; undefined when all were given. */
  next(): HeldRequest[] | undefined {
    const [shelf] = this.shelves;
    if (shelf === undefined) return undefined;
    const entries = shelf.numbered(this.from, this.until, RECORDS);
    if (entries.length > 0) this.from = entries[entries.length - 1].number + 1;
    else {
      this.shelves.shift();
      this.from = this.first;
    }
    return this.requests(entries);
  }

  private requests(entries: readonly LogEntry[]): HeldRequest[] {
    const requests: HeldRequest[] = [];
    for (let i = 0; i < entries.length;) {
      const { context } = entries[i];
      let end = i + 1;
      while (end < entries.length && entries[end].context === context) end++;
      const request = this.request(context, entries.slice(i, end));
      requests.push({ request, origin: { run: context.source.run, runName: '', from: 'otlp' } });
      i = end;
    }
    return requests;
  }

  private request({ resource, scope }: LogContext, entries: readonly LogEntry[]): Uint8Array {
    const { out } = this;
    const resourceLogs = out.beginMessage(RESOURCE_LOGS);
    if (resource.length > 0) out.bytes(RESOURCE, resource);
    const scopeLogs = out.beginMessage(SCOPE_LOGS);
    if (scope.length > 0) out.bytes(SCOPE, scope);
    for (const { bytes } of entries) out.bytes(RECORD, bytes);
    out.endMessage(scopeLogs);
    out.endMessage(resourceLogs);
    return out.finish();
  }
}
