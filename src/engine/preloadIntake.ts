import { errorMessage, type Log } from '../base/log';
import { encodeJson } from '../otlp/json/encodeJson';
import type { Outcome } from '../otlp/receiver/options';
import { refusal } from '../otlp/rpcStatus';
import { TRACE_REQUEST } from '../otlp/schema';
import type { MemorySourceMap, PreloadBatch } from '../protocol/preload';
import type { CallSites } from '../sources/callSites';

/** Batches whose ids are remembered; a program has at most one unacknowledged at a time. */
const REMEMBERED = 1_000;

/**
 * Takes what the preload sends: checks it, has its call sites resolved, and hands on ordinary OTLP. A batch that comes a second
 * time, out of the spool after it was also sent, counts once.
 */
export class PreloadIntake {
  private readonly seen = new Set<string>();

  constructor(
    private readonly callSites: CallSites,
    private readonly append: (request: Uint8Array, leftOut: number, thread: string, last: boolean) => Outcome,
    private readonly exited: (exitCode: number) => void,
    private readonly log: Log,
  ) {}

  take(body: Uint8Array): Outcome {
    const batch = parseBatch(body);
    return 'fault' in batch
      ? refusal.malformed(batch.fault)
      : this.takeBatch(batch, batch.exitCode !== undefined || batch.open !== undefined);
  }

  /**
   * Takes what a program that stands still was holding: a list of batches, of which the last one's open spans still run. Gives the
   * thread, undefined when the text is no such list.
   */
  takeSnapshot(text: string): string | undefined {
    const batches = parseSnapshot(text);
    for (const batch of batches) this.takeBatch(batch, false);
    const latest = batches.at(-1);
    return latest && threadOf(latest);
  }

  private takeBatch(batch: PreloadBatch, last: boolean): Outcome {
    if (this.seen.has(batch.id)) return { rejected: 0 };
    this.callSites.locate(batch);
    const encoded = encodeJson(TRACE_REQUEST, { resourceSpans: batch.resourceSpans });
    if ('fault' in encoded) return refusal.malformed(encoded.fault);
    const outcome = this.append(encoded.bytes, encoded.rejected, threadOf(batch), last);
    this.remember(batch.id);
    if (batch.exitCode !== undefined && batch.thread === 0) this.exited(batch.exitCode);
    if (batch.dropped > 0)
      this.log.warn(`Process ${batch.pid} made spans faster than they were taken: ${batch.dropped} of them are lost`);
    return outcome;
  }

  private remember(id: string): void {
    if (id === '') return;
    this.seen.add(id);
    for (const oldest of this.seen) {
      if (this.seen.size <= REMEMBERED) return;
      this.seen.delete(oldest);
    }
  }
}

/** What a program sends is checked like anything from outside; what is absent counts as empty. */
function parseBatch(body: Uint8Array): PreloadBatch | { fault: string } {
  try {
    return asBatch(JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')));
  } catch (error) {
    return { fault: `The batch is not JSON: ${errorMessage(error)}` };
  }
}

/** What is no batch is left out. */
function parseSnapshot(text: string): PreloadBatch[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed)
      ? parsed.map(asBatch).filter((batch): batch is PreloadBatch => !('fault' in batch))
      : [];
  } catch {
    return [];
  }
}

function asBatch(value: unknown): PreloadBatch | { fault: string } {
  const parsed = (value ?? {}) as Partial<Record<keyof PreloadBatch, unknown>>;
  if (!Array.isArray(parsed.resourceSpans)) return { fault: 'The batch has no list "resourceSpans"' };
  const { id, pid, thread, resourceSpans, open, sites, maps, dropped, exitCode } = parsed;
  return {
    id: typeof id === 'string' ? id : '',
    pid: countOf(pid),
    thread: countOf(thread),
    // The store knows spans that have not ended by their end of 0, and a copy that has ended takes their place.
    resourceSpans: Array.isArray(open) ? [...(resourceSpans as unknown[]), ...(open as unknown[])] : resourceSpans,
    sites: Array.isArray(sites) ? sites : [],
    maps: Array.isArray(maps) ? maps.filter(isMap) : [],
    dropped: countOf(dropped),
    ...(Array.isArray(open) && { open }),
    ...(typeof exitCode === 'number' && { exitCode }),
  };
}

/** As the store knows a thread: see its Origin. */
function threadOf({ pid, thread }: PreloadBatch): string {
  return `${pid}/${thread}`;
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : 0;
}

function isMap(entry: unknown): entry is MemorySourceMap {
  const { file, map } = (entry ?? {}) as Partial<Record<keyof MemorySourceMap, unknown>>;
  return typeof file === 'string' && typeof map === 'string';
}
