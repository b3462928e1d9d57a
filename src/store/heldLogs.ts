import { ProtoWriter } from '../otlp/protoWriter';
import type { HeldRequest } from './heldSpans';
import type { LogContext } from './logReader';
import type { LogEntry, LogShelf } from './logShelf';
import { UNKNOWN_SERVICE } from './serviceName';

/** Records looked at in one go. */
const RECORDS = 256;
/** Fields of ExportLogsServiceRequest and of what lies in it. */
const RESOURCE_LOGS = 1;
const RESOURCE = 1;
const SCOPE_LOGS = 2;
const SCOPE = 1;
const RECORD = 2;
const ATTRIBUTE = 1;
const KEY = 1;
const VALUE = 2;
const STRING = 1;
const SCOPE_NAME = 1;

/**
 * Log records that are held, as requests. Of their resource and scope there is what the store keeps of them: the service's name and the
 * scope's.
 */
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
      requests.push({ request, origin: { run: context.run, runName: '', from: 'otlp' } });
      i = end;
    }
    return requests;
  }

  private request({ service, scope }: LogContext, entries: readonly LogEntry[]): Uint8Array {
    const { out } = this;
    const resourceLogs = out.beginMessage(RESOURCE_LOGS);
    if (service !== UNKNOWN_SERVICE) this.resource(service);
    const scopeLogs = out.beginMessage(SCOPE_LOGS);
    const of = out.beginMessage(SCOPE);
    if (scope !== '') out.string(SCOPE_NAME, scope);
    out.endMessage(of);
    for (const { bytes } of entries) out.bytes(RECORD, bytes);
    out.endMessage(scopeLogs);
    out.endMessage(resourceLogs);
    return out.finish();
  }

  private resource(service: string): void {
    const { out } = this;
    const resource = out.beginMessage(RESOURCE);
    const attribute = out.beginMessage(ATTRIBUTE);
    out.string(KEY, 'service.name');
    const value = out.beginMessage(VALUE);
    out.string(STRING, service);
    out.endMessage(value);
    out.endMessage(attribute);
    out.endMessage(resource);
  }
}
