import { attributeText } from '../model/attributeText';
import type { Attribute } from '../model/attributes';
import { type Exemplar, type MetricStream, type MetricType, type MetricValue, TEMPORALITIES } from '../model/metric';
import type { RunId } from '../model/ids';
import type { MetricsAnswer, MetricsQuery } from '../protocol/engine';
import { SCOPE_SPANS_SPAN } from '../otlp/wire/fields';
import { type Edit, withEdits } from '../otlp/wire/edits';
import { readFrame, type SpanBlock } from '../otlp/wire/requestFrame';
import { WireReader } from '../otlp/wire/wireReader';
import type { Origin } from './appender';
import { HeldMetrics, type HeldStream, type History, historyOf } from './heldMetrics';
import { added } from './metricMerge';
import { type DataPoint, type MetricHead, readDataPoint, readMetric } from './metricReader';
import { RejectionLog } from './rejectionLog';
import { resourceNames } from './serviceName';
import { scopeName } from './scopeName';

/** Bit of a data point's flags: the sender has no value at this moment. */
const NO_RECORDED_VALUE = 1;
const NO_BYTES = new Uint8Array(0);
const MAX_STREAMS = 20_000;
const MAX_EXEMPLARS = 8;
/** What a stream takes besides its texts and numbers, about. */
const STREAM_OVERHEAD = 700;
const BYTES_PER_EXEMPLAR = 300;

export interface MetricAppendResult {
  /** Data points taken in. */
  readonly accepted: number;
  readonly rejected: number;
  readonly message?: string;
  /** The request as it was kept, where that is not as it came: without what cannot be read. */
  readonly kept?: Uint8Array;
  /** Set when the bytes are no ExportMetricsServiceRequest: what is wrong. Nothing of it was kept. */
  readonly fault?: string;
}

interface Held extends HeldStream {
  stream: MetricStream;
  readonly key: string;
  time: bigint;
  start: bigint;
  bytes: number;
  number: number;
}

type Context = Pick<MetricStream, 'service' | 'instance' | 'scope' | 'run'> & Pick<Origin, 'runName' | 'held'>;

/**
 * The latest value of every stream: what an instrument says of one set of attributes. Holds at most `maxBytes`; the streams that
 * were silent longest leave first, and those of a run when the next one of its name begins.
 */
export class MetricStore {
  /** Streams that had to leave for want of room. */
  left = 0;
  bytes = 0;
  /** Data points taken so far. */
  position = 0;
  private readonly reader = new WireReader();
  private readonly rejections = new RejectionLog('data point');
  /** Those that were silent longest first. */
  private readonly streams = new Map<string, Held>();
  /** The latest run of each name, and those before it. */
  private readonly latestRuns = new Map<string, RunId>();
  private readonly pastRuns = new Set<RunId>();
  private nextId = 1;
  private accepted = 0;
  /** What of the last request cannot be read: nobody has seen whether it holds a secret. */
  private readonly broken: Edit[] = [];
  private receivedMs = 0;

  constructor(
    private maxBytes: number,
    private readonly clock: () => number = Date.now,
  ) {}

  get count(): number {
    return this.streams.size;
  }

  /** Takes in an ExportMetricsServiceRequest and keeps nothing of `request` itself. Never throws. */
  append(request: Uint8Array, origin: Origin): MetricAppendResult {
    const { run, runName, receivedAt = this.clock() } = origin;
    const { reader, rejections } = this;
    reader.open(request);
    // Resources, scopes and metrics lie in a request just as those of spans do.
    const blocks = readFrame(reader);
    if (reader.fault !== undefined) {
      const fault = `The request ${reader.fault} (at byte ${reader.faultAt} of ${request.length}); nothing of it was kept`;
      reader.close();
      return { accepted: 0, rejected: 0, fault };
    }
    this.accepted = this.broken.length = 0;
    this.receivedMs = receivedAt;
    rejections.clear();
    this.enterRun(run, runName);
    for (const block of blocks) this.appendBlock(block, origin);
    reader.close();
    this.keepWithin();
    const { accepted, broken } = this;
    const { count: rejected } = rejections;
    if (rejected === 0) return { accepted, rejected };
    const kept = broken.length > 0 ? { kept: withEdits(request, broken) } : {};
    return { accepted, rejected, ...kept, message: rejections.message(accepted + rejected) };
  }

  /** By service, name and attributes. */
  read({ service, text, limit }: MetricsQuery): MetricsAnswer {
    const needle = text?.trim().toLowerCase() ?? '';
    const matching = [...this.streams.values()]
      .map(({ stream }) => stream)
      .filter((stream) => (service === undefined || stream.service === service) && matches(stream, needle));
    matching.sort((a, b) => compare(a.service, b.service) || compare(a.name, b.name) || a.id - b.id);
    return { streams: matching.slice(0, limit), total: matching.length, left: this.left };
  }

  /** What is held of the streams to which something was added from a {@link position} on, up to another one. */
  heldBetween(from: number, until: number): HeldMetrics {
    const isWanted = ({ number }: Held) => number >= from && number < until;
    return new HeldMetrics(
      this.streams,
      [...this.streams.values()].filter(isWanted).map(({ key }) => key),
    );
  }

  setMaxBytes(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.keepWithin();
  }

  clear(): void {
    this.streams.clear();
    this.bytes = this.left = 0;
  }

  private enterRun(run: RunId, runName: string): void {
    const latest = this.latestRuns.get(runName);
    if (latest === run || this.pastRuns.has(run)) return;
    this.latestRuns.set(runName, run);
    if (latest === undefined) return;
    this.pastRuns.add(latest);
    for (const held of this.streams.values()) if (held.runName === runName) this.drop(held);
  }

  private appendBlock(block: SpanBlock, { run, runName, held }: Origin): void {
    const { reader } = this;
    const names = resourceNames(reader, block.resourceStart, block.resourceEnd);
    const context = { ...names, scope: scopeName(reader, block.scopeStart, block.scopeEnd), run, runName, held };
    for (let pos = block.start; pos < block.end; pos = reader.pos) {
      reader.seek(pos);
      const tag = reader.tag(block.end);
      if (tag !== SCOPE_SPANS_SPAN) {
        reader.skip(tag, block.end);
        continue;
      }
      const length = reader.length(block.end);
      const start = reader.pos;
      const end = start + length;
      const head = readMetric(reader, end);
      if (reader.fault !== undefined) this.reject(`belongs to a metric that ${reader.fault}`, start, end);
      else this.appendMetric(head, context);
      reader.seek(end);
    }
  }

  private appendMetric(head: MetricHead, context: Context): void {
    const { reader, rejections } = this;
    const { type, points } = head;
    // A metric without data, or with data of a kind that is not known yet, has no data points.
    if (type === undefined) return;
    for (let i = 0; i < points.length; i += 2) {
      reader.seek(points[i]);
      const point = readDataPoint(reader, points[i + 1], type);
      const fault = reader.fault === undefined ? faultOf(head, point) : undefined;
      if (reader.fault !== undefined) this.reject(reader.fault, points[i], points[i + 1]);
      else if (fault !== undefined) rejections.add(fault);
      else {
        this.accepted++;
        // Of a run that another has followed the last words are counted, not kept.
        if (!this.pastRuns.has(context.run)) this.keep(head, type, point, context);
      }
    }
  }

  private reject(fault: string, start: number, end: number): void {
    this.rejections.add(fault);
    if (end > start) this.broken.push({ start, end, bytes: NO_BYTES });
  }

  private keep(head: MetricHead, type: MetricType, point: DataPoint, context: Context): void {
    const key = keyOf(head, type, point.attributes, context);
    const held = this.streams.get(key);
    const history = context.held ? historyOf(head.metadata) : undefined;
    if (held === undefined || (history && point.time >= held.time)) {
      if (held) this.drop(held);
      const made = this.newStream(key, head, type, point, context, history);
      this.streams.set(key, made);
      this.bytes += made.bytes;
      return;
    }
    this.streams.delete(key);
    this.streams.set(key, held);
    held.number = this.position++;
    if (history) return;
    // What is sent again must not be added again.
    if (point.time < held.time || (point.time === held.time && point.start === held.start)) return;
    this.update(held, type, point);
  }

  private newStream(
    key: string,
    head: MetricHead,
    type: MetricType,
    point: DataPoint,
    context: Context,
    history?: History,
  ): Held {
    const { name, description, unit, monotonic } = head;
    const { runName, service, instance, scope, run } = context;
    const stream: MetricStream = {
      id: this.nextId++,
      ...{ service, instance, scope, run },
      name,
      description,
      unit,
      type,
      temporality: TEMPORALITIES[head.temporality] ?? 'unspecified',
      monotonic,
      attributes: point.attributes,
      startTimeUnixNano: String(point.start),
      timeUnixNano: String(point.time),
      receivedMs: this.receivedMs,
      value: valueOf(type, point),
      exemplars: latestFirst(point.exemplars),
      points: history?.points ?? 1,
      resets: history?.resets ?? 0,
    };
    const { time } = point;
    const start = history?.start ?? point.start;
    return { stream, key, runName, time, start, bytes: bytesOf(key, stream), number: this.position++ };
  }

  private update(held: Held, type: MetricType, point: DataPoint): void {
    const { stream } = held;
    const value = valueOf(type, point);
    const isDelta = stream.temporality === 'delta';
    const isReset = !isDelta && stream.temporality === 'cumulative' && point.start > held.start;
    held.stream = {
      ...stream,
      ...(!isDelta && { startTimeUnixNano: String(point.start) }),
      timeUnixNano: String(point.time),
      receivedMs: this.receivedMs,
      // A delta adds to what was there before a gap as well.
      value:
        isDelta && stream.value && value ? added(stream.value, value) : (value ?? (isDelta ? stream.value : undefined)),
      exemplars: point.exemplars.length > 0 ? latestFirst([...point.exemplars, ...stream.exemplars]) : stream.exemplars,
      points: stream.points + 1,
      resets: stream.resets + (isReset ? 1 : 0),
    };
    held.time = point.time;
    held.start = point.start;
    this.bytes -= held.bytes;
    held.bytes = bytesOf(held.key, held.stream);
    this.bytes += held.bytes;
  }

  private keepWithin(): void {
    for (const held of this.streams.values()) {
      if (this.streams.size <= MAX_STREAMS && this.bytes <= this.maxBytes) return;
      this.drop(held);
      this.left++;
    }
  }

  private drop({ key, bytes }: Held): void {
    this.streams.delete(key);
    this.bytes -= bytes;
  }
}

/** What is wrong with a point, in words that fit behind "a data point ". */
function faultOf({ name, type }: MetricHead, point: DataPoint): string | undefined {
  if (name === '') return 'belongs to a metric without a name';
  const hasNone = (point.flags & NO_RECORDED_VALUE) !== 0;
  if ((type === 'gauge' || type === 'sum') && point.number === undefined && !hasNone) return 'has no value';
  if (type !== 'histogram') return undefined;
  const { bounds, counts } = point;
  if (counts.length !== 0 && counts.length !== bounds.length + 1)
    return `has ${counts.length} bucket counts for ${bounds.length} bounds, where one more than bounds is needed`;
  if (bounds.some((bound, i) => i > 0 && !(bound > bounds[i - 1]))) return 'has bounds that do not rise';
  return undefined;
}

function valueOf(type: MetricType, point: DataPoint): MetricValue | undefined {
  if ((point.flags & NO_RECORDED_VALUE) !== 0) return undefined;
  const { count, sum, min, max } = point;
  switch (type) {
    case 'gauge':
    case 'sum':
      return point.number;
    case 'histogram':
      return { kind: 'histogram', count, sum, min, max, bounds: point.bounds, counts: point.counts };
    case 'exponential histogram': {
      const { scale, zeroCount, zeroThreshold, positive, negative } = point;
      return { kind: 'exponential', count, sum, min, max, scale, zeroCount, zeroThreshold, positive, negative };
    }
    case 'summary':
      return { kind: 'summary', count, sum, quantiles: point.quantiles };
  }
}

function keyOf(head: MetricHead, type: MetricType, attributes: readonly Attribute[], context: Context): string {
  const { run, service, instance, scope } = context;
  const set = attributes.map(({ key, value }) => `${key}=${value.kind}:${attributeText(value)}`).sort();
  const { name, unit, temporality, monotonic } = head;
  return JSON.stringify([run, service, instance, scope, name, unit, type, temporality, monotonic, ...set]);
}

function latestFirst(exemplars: readonly Exemplar[]): Exemplar[] {
  const byTime = (a: Exemplar, b: Exemplar) => Number(BigInt(b.timeUnixNano) - BigInt(a.timeUnixNano));
  return [...exemplars].sort(byTime).slice(0, MAX_EXEMPLARS);
}

function bytesOf(key: string, { value, exemplars, description }: MetricStream): number {
  return (
    STREAM_OVERHEAD + 3 * key.length + description.length + numbersOf(value) * 8 + exemplars.length * BYTES_PER_EXEMPLAR
  );
}

function numbersOf(value: MetricValue | undefined): number {
  if (value?.kind === 'histogram') return value.bounds.length + value.counts.length;
  if (value?.kind === 'exponential') return value.positive.counts.length + value.negative.counts.length;
  return value?.kind === 'summary' ? 2 * value.quantiles.length : 0;
}

function matches({ service, name, attributes }: MetricStream, needle: string): boolean {
  return (
    needle === '' ||
    `${service}\n${name}`.toLowerCase().includes(needle) ||
    attributes.some(({ key, value }) => `${key}=${attributeText(value)}`.toLowerCase().includes(needle))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
