import type { Log } from '../base/log';
import { encodeJson } from '../otlp/json/encodeJson';
import type { Outcome } from '../otlp/receiver/options';
import { refusal } from '../otlp/rpcStatus';
import { TRACE_REQUEST } from '../otlp/schema';
import type { PreloadBatch } from '../protocol/preload';
import type { CallSites } from '../sources/callSites';
import { parseBody, parseLines, parseSnapshot } from './preloadBatches';

/** Batches whose ids are remembered: about as many as all journals of a program's threads hold. */
const REMEMBERED = 20_000;

/** Of the last line that is whole. */
const LAST_ID = /(?:^|\n)\{"id":"([^"]+)"[^\n]*\n[^\n]*$/;

/** Spans of one thread, with their call sites resolved. */
export interface ThreadSpans {
  /** An OTLP trace request. */
  readonly request: Uint8Array;
  /** Spans that had to be left out of it. */
  readonly leftOut: number;
  /** As the store knows a thread: see its Origin. */
  readonly thread: string;
  readonly pid: number;
  /** The thread is gone: what is open will never end. */
  readonly last: boolean;
  /** The thread goes on, and what is open will never end all the same. */
  readonly forgotten?: boolean;
}

/**
 * Takes what the preload sends: checks it, has its call sites resolved, and hands on ordinary OTLP. A batch that comes a second
 * time, out of the spool after it was also sent, counts once.
 */
export class PreloadIntake {
  private readonly seen = new Set<string>();

  constructor(
    private readonly callSites: CallSites,
    private readonly append: (spans: ThreadSpans) => Outcome,
    private readonly exited: (pid: number, exitCode: number) => void,
    private readonly threadGone: (pid: number, thread: number) => void,
    private readonly log: Log,
  ) {}

  /** One batch, or an array of one thread's. */
  take(body: Uint8Array): Outcome {
    const batches = parseBody(body);
    return 'fault' in batches ? refusal.malformed(batches.fault) : this.takeBatches(batches);
  }

  /** A file of lines of one batch each, the last of them perhaps cut off. `isGone`: of a thread that will leave no other. */
  takeFile(content: Uint8Array, isGone: boolean): Outcome {
    const batches = parseLines(content, isGone);
    return 'fault' in batches ? refusal.malformed(batches.fault) : this.takeBatches(batches, { isGone });
  }

  /**
   * Takes the journal of a thread that goes on and may send all of it yet, in batches that have grown meanwhile: none of them counts as
   * known afterwards, and the store knows spans that come again.
   */
  takeUnsent(journal: Uint8Array): void {
    const latest = LAST_ID.exec(Buffer.from(journal.buffer, journal.byteOffset, journal.length).toString('latin1'));
    if (latest && this.seen.has(latest[1])) return;
    const batches = parseLines(journal, true);
    if (!('fault' in batches)) this.takeBatches(batches, { mayComeAgain: true });
  }

  /**
   * Takes what a program that stands still was holding: an array of batches, of which the last one's open spans still run. Gives
   * the thread, undefined when the text is no such array.
   */
  takeSnapshot(text: string): string | undefined {
    const batches = parseSnapshot(text);
    this.takeBatches(batches);
    const latest = batches.at(-1);
    return latest && threadOf(latest);
  }

  private takeBatches(
    batches: readonly PreloadBatch[],
    {
      isGone: isJournal = false,
      mayComeAgain = false,
    }: { readonly isGone?: boolean; readonly mayComeAgain?: boolean } = {},
  ): Outcome {
    const unseen = batches.filter(({ id }) => !this.seen.has(id));
    const ending = batches.find(({ exitCode }) => exitCode !== undefined);
    const isGone = isJournal || ending !== undefined;
    const [first] = batches;
    if (!first || (unseen.length === 0 && !isGone)) return { rejected: 0 };
    const wanted = isGone ? batches : unseen;
    for (const batch of wanted)
      this.callSites.locate({
        ...batch,
        resourceSpans: [...batch.resourceSpans, ...(batch.open ?? []), ...(batch.unended ?? [])],
      });
    const ended = unseen.filter(({ provisional }) => !provisional).flatMap((batch) => batch.resourceSpans);
    const resourceSpans = [...ended, ...unfinished(wanted)];
    const encoded = encodeJson(TRACE_REQUEST, { resourceSpans });
    if ('fault' in encoded) return refusal.malformed(encoded.fault);
    const { pid } = first;
    const outcome = this.append({
      request: encoded.bytes,
      leftOut: encoded.rejected,
      thread: threadOf(first),
      pid,
      last: isGone,
    });
    this.takeUnended(unseen);
    if (mayComeAgain) return outcome;
    for (const { gone = [] } of unseen) for (const thread of gone) this.threadGone(pid, thread);
    for (const { id } of unseen) this.remember(id);
    if (ending?.thread === 0 && unseen.includes(ending)) this.exited(pid, ending.exitCode!);
    this.tellOfLost(unseen);
    return outcome;
  }

  private takeUnended(batches: readonly PreloadBatch[]): void {
    const resourceSpans = batches.flatMap(({ unended }) => unended ?? []);
    if (resourceSpans.length === 0) return;
    const encoded = encodeJson(TRACE_REQUEST, { resourceSpans });
    if ('fault' in encoded) return;
    const [first] = batches;
    const { bytes: request, rejected: leftOut } = encoded;
    this.append({ request, leftOut, thread: threadOf(first), pid: first.pid, last: false, forgotten: true });
  }

  private tellOfLost(batches: readonly PreloadBatch[]): void {
    const dropped = batches.reduce((sum, batch) => sum + batch.dropped, 0);
    if (dropped > 0)
      this.log.warn(`Process ${batches[0].pid} made spans faster than they were taken: ${dropped} of them are lost`);
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

/** OTLP/JSON as far as it is looked at here. Nothing in it is certain to be there. */
type Groups = readonly {
  readonly scopeSpans?: readonly { readonly spans?: readonly (SpanLike | null)[] }[];
}[];
interface SpanLike {
  readonly spanId?: unknown;
}

/**
 * The newest copies of spans that did not end in any of the batches, or ended before their resource was complete. The store knows
 * open ones by their end of 0, and a copy that has ended takes their place.
 */
function unfinished(batches: readonly PreloadBatch[]): unknown[] {
  const telling = batches.filter(({ open, provisional }) => open !== undefined || provisional);
  if (telling.length === 0) return [];
  const known = new Set<unknown>();
  const isNew = (span: SpanLike | null): boolean => known.size < known.add(span?.spanId).size;
  for (const { resourceSpans, provisional } of batches) if (!provisional) filterSpans(resourceSpans, isNew);
  const ended = telling.flatMap(({ resourceSpans, provisional }) =>
    provisional ? filterSpans(resourceSpans, isNew) : [],
  );
  return [...ended, ...telling.toReversed().flatMap(({ open }) => filterSpans(open ?? [], isNew))];
}

function filterSpans(groups: readonly unknown[], wanted: (span: SpanLike | null) => boolean): unknown[] {
  return (groups as Groups).map((group) => ({
    ...group,
    scopeSpans: listOf(group?.scopeSpans).map((scope) => ({ ...scope, spans: listOf(scope?.spans).filter(wanted) })),
  }));
}

function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [];
}

function threadOf({ pid, thread }: PreloadBatch): string {
  return threadName(pid, thread);
}

/** As the store knows a thread: see its Origin. */
export function threadName(pid: number, thread: number): string {
  return `${pid}/${thread}`;
}
