// Started by store.ts in a process of its own: one store, ours or a naive one, filled from a file of requests and asked questions.
import { openSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { silentLog } from '../../../src/base/log';
import { OUTSIDE_RUN } from '../../../src/model/ids';
import { spanFilter } from '../../../src/model/spanFilter';
import { SpanStore } from '../../../src/store/spanStore';
import { NaiveSpans } from './naiveSpans';

export interface Job {
  readonly kind: 'store' | 'naive';
  /** Requests, each with its length before it in four bytes. */
  readonly file: string;
  readonly maxBytes: number;
  /** Requests that are taken in by another store first, so that the measured one meets compiled code. */
  readonly warmUp: number;
  /** Rounds of each question. */
  readonly rounds: number;
}

export interface Report {
  readonly spans: number;
  readonly requests: number;
  readonly wireBytes: number;
  readonly append: Times;
  /** Processor time of the process meanwhile: on a busy machine the better measure. */
  readonly appendCpu: Times;
  readonly heldSpans: number;
  /** As the store counts them; 0 where nobody counts. */
  readonly storeBytes: number;
  readonly rssMb: number;
  /** What the process took with nothing in it. */
  readonly emptyRssMb: number;
  /** Median milliseconds by question. */
  readonly questions: Readonly<Record<string, number>>;
  readonly largestTrace: number;
  /** `service name` → count, p50, p95, max. */
  readonly operations: Readonly<Record<string, readonly [number, number, number, number]>>;
}

/** Milliseconds of all calls. */
export interface Times {
  readonly sum: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What both subjects can be asked. */
export interface Subject {
  append(request: Uint8Array): void;
  readonly heldSpans: number;
  readonly storeBytes: number;
  /** Prepares the questions: some need the answer of others. */
  questions(): { readonly largestTrace: number; readonly ask: Readonly<Record<string, () => unknown>> };
  operations(): Report['operations'];
}

/** Bytes; larger ones are read, too. */
const LARGEST_REQUEST = 1024 * 1024;

class OurStore implements Subject {
  private readonly store: SpanStore;

  constructor(maxBytes: number) {
    this.store = new SpanStore({ maxBytes, log: silentLog });
  }

  append(request: Uint8Array): void {
    const { fault, rejected } = this.store.append(request, { run: OUTSIDE_RUN, runName: 'bench', from: 'otlp' });
    if (fault !== undefined || rejected > 0) throw new Error(fault ?? `${rejected} spans were rejected`);
  }

  get heldSpans(): number {
    return this.store.totals.spans;
  }

  get storeBytes(): number {
    return this.store.totals.bytes;
  }

  questions() {
    const { store } = this;
    const largest = store.traces({ limit: Infinity }).reduce((a, b) => (a.spans >= b.spans ? a : b));
    const [file] = store.files();
    const { line } = store.fileStats(file).lines[0];
    const ask = {
      list: () => store.traces({ limit: 200 }),
      tree: () => store.trace(largest.traceId),
      file_stats: () => store.fileStats(file),
      spans_at: () => store.spansAt(file, line, 100),
      search_text: () => store.search(spanFilter('"cart:4242"'), Infinity),
      search_attribute: () => store.search(spanFilter('app.user.id=user-77'), Infinity),
      search_slow_errors: () => store.search(spanFilter('status:error duration>=1ms'), Infinity),
      all_statistics: () => [store.files().map((path) => store.fileStats(path)), store.operations()],
    };
    return { largestTrace: largest.spans, ask };
  }

  operations(): Report['operations'] {
    const entries = this.store.operations().map(({ service, name, count, p50, p95, max }) => {
      return [`${service} ${name}`, [count, p50, p95, max]] as const;
    });
    return Object.fromEntries(entries);
  }
}

/** In one buffer, as the receiver has them, for a store that keeps copies; what keeps parts of a request gets each in its own. */
function* requestsOf({ file, kind }: Job): Generator<Buffer> {
  const descriptor = openSync(file, 'r');
  const header = Buffer.alloc(4);
  let shared = Buffer.alloc(kind === 'store' ? LARGEST_REQUEST : 0);
  for (let position = 0; readSync(descriptor, header, 0, 4, position) === 4;) {
    const length = header.readUInt32LE();
    if (kind === 'store' && length > shared.length) shared = Buffer.alloc(2 * length);
    const request = kind === 'store' ? shared.subarray(0, length) : Buffer.allocUnsafeSlow(length);
    readSync(descriptor, request, 0, request.length, position + 4);
    position += 4 + request.length;
    yield request;
  }
}

function subjectOf({ kind, maxBytes }: Job): Subject {
  return kind === 'store' ? new OurStore(maxBytes) : new NaiveSpans();
}

async function warmUp(job: Job): Promise<void> {
  const subject = subjectOf(job);
  let left = job.warmUp;
  for (const request of requestsOf(job)) {
    if (left-- <= 0) return;
    subject.append(request);
    await nextTurn();
  }
}

async function measure(job: Job): Promise<Report> {
  await warmUp(job);
  collectGarbage();
  const emptyRssMb = rssMb();
  const subject = subjectOf(job);
  const times: number[] = [];
  const cpuTimes: number[] = [];
  let wireBytes = 0;
  for (const request of requestsOf(job)) {
    wireBytes += request.length;
    const cpu = process.cpuUsage();
    const started = performance.now();
    subject.append(request);
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpuTimes.push((user + system) / 1000);
    // Requests come one a turn, between which the engine's thread does what else waits.
    await nextTurn();
  }
  collectGarbage();
  const rss = rssMb();
  const { ask, largestTrace } = subject.questions();
  const questions = Object.entries(ask).map(([name, question]) => [name, medianMs(question, job.rounds)] as const);
  const { heldSpans, storeBytes } = subject;
  return {
    spans: times.length === 0 ? 0 : Object.values(subject.operations()).reduce((sum, [count]) => sum + count, 0),
    requests: times.length,
    wireBytes,
    append: summaryOf(times),
    appendCpu: summaryOf(cpuTimes),
    heldSpans,
    storeBytes,
    rssMb: rss,
    emptyRssMb,
    questions: Object.fromEntries(questions),
    largestTrace,
    operations: subject.operations(),
  };
}

/** Answers that take microseconds are asked for a hundred times a round. */
function medianMs(question: () => unknown, rounds: number): number {
  const once = timeOf(question, 1);
  const calls = once < 0.5 ? 100 : 1;
  return quantile(
    Array.from({ length: rounds }, () => timeOf(question, calls)),
    0.5,
  );
}

function summaryOf(times: readonly number[]): Times {
  const sum = times.reduce((total, time) => total + time, 0);
  return { sum, p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: Math.max(...times) };
}

function timeOf(question: () => unknown, calls: number): number {
  const started = performance.now();
  for (let i = 0; i < calls; i++) question();
  return (performance.now() - started) / calls;
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
}

function collectGarbage(): void {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
}

function rssMb(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

process.once('message', (job: Job) => void measure(job).then((report) => process.send!(report, () => process.exit())));
