import { ProtoWriter } from '../../../src/otlp/protoWriter';
import { type AttributeValue, makeShop, type Shop } from './generateAttributes';
import { Random } from './random';

/** One span before it is encoded. Times in microseconds after {@link EPOCH}, plus `nanos`. */
interface MadeSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parent: MadeSpan | undefined;
  readonly depth: number;
  readonly service: number;
  readonly scope: string;
  readonly name: string;
  readonly kind: number;
  readonly start: number;
  readonly duration: number;
  readonly nanos: number;
  readonly attributes: readonly (readonly [string, AttributeValue])[];
  readonly failed: boolean;
}

export interface GenerateOptions {
  readonly spans: number;
  /** Spans a request, as a batch processor sends them. */
  readonly batch?: number;
  /** Sizes of traces that are put in beside the ordinary ones. */
  readonly bigTraces?: readonly number[];
  readonly seed?: number;
}

const EPOCH = 1_770_000_000_000_000_000n;
const DEEPEST = 14;

/**
 * ExportTraceServiceRequests as five services of a web shop would send them: about 470 bytes and 9 attributes a span, of which 1.2
 * have a value that no span before had; most traces have 3 to 100 spans, exported when they end, one service a request.
 */
export function* generateRequests(options: GenerateOptions): Generator<Uint8Array> {
  const { spans, batch = 512, bigTraces = [], seed = 12345 } = options;
  const random = new Random(seed);
  const shop = makeShop(random);
  const encoder = new RequestEncoder(random, shop);
  const waiting: MadeSpan[][] = shop.services.map(() => []);
  const big = [...bigTraces];
  let [made, clock] = [0, 0];
  while (made < spans) {
    const isBig = big.length > 0 && made > ((bigTraces.length - big.length + 0.5) / bigTraces.length) * spans;
    const size = Math.min(isBig ? big.shift()! : ordinarySize(random), spans - made);
    clock += random.logNormal(6, 1);
    for (const span of makeTrace(random, shop, clock, Math.max(1, size))) {
      const queue = waiting[span.service];
      queue.push(span);
      if (queue.length >= batch) yield encoder.encode(span.service, queue.splice(0));
    }
    made += size;
  }
  for (const [service, queue] of waiting.entries()) if (queue.length > 0) yield encoder.encode(service, queue);
}

function ordinarySize(random: Random): number {
  const share = random.next();
  if (share < 0.7) return 3 + random.below(30);
  return share < 0.97 ? 20 + random.below(80) : 300 + random.below(700);
}

/** In the order in which the spans end. */
function makeTrace(random: Random, shop: Shop, clock: number, size: number): MadeSpan[] {
  const traceId = random.bytes(16);
  const root = makeSpan(random, shop, traceId, undefined, clock);
  const spans = [root];
  const open = [root];
  while (spans.length < size) {
    const back = Math.floor(random.next() * random.next() * Math.min(open.length, 200));
    const parent = open[open.length - 1 - back];
    const span = makeSpan(random, shop, traceId, parent, clock);
    spans.push(span);
    if (span.depth < DEEPEST && random.chance(0.55)) open.push(span);
    if (open.length > 1 && random.chance(0.3)) open.splice(open.indexOf(parent), 1);
  }
  return spans.sort((a, b) => a.start + a.duration - (b.start + b.duration));
}

function makeSpan(
  random: Random,
  shop: Shop,
  traceId: Uint8Array,
  parent: MadeSpan | undefined,
  clock: number,
): MadeSpan {
  const type = parent === undefined ? 'server' : random.pick(shop.childTypes);
  const staysInService = type === 'client' || random.chance(0.8);
  const service = parent === undefined ? 0 : staysInService ? parent.service : random.below(shop.services.length);
  const duration =
    parent === undefined ? random.logNormal(9.5, 0.8) : Math.max(3, parent.duration * random.next() * 0.6);
  const start = parent === undefined ? clock : parent.start + random.next() * Math.max(1, parent.duration - duration);
  return {
    traceId,
    spanId: random.bytes(8),
    parent,
    depth: parent === undefined ? 0 : parent.depth + 1,
    service,
    start,
    duration,
    nanos: random.below(1000),
    failed: random.chance(0.02),
    ...shop.describe(type, service),
  };
}

class RequestEncoder {
  private readonly writer = new ProtoWriter(1 << 20);

  constructor(
    private readonly random: Random,
    private readonly shop: Shop,
  ) {}

  encode(service: number, spans: readonly MadeSpan[]): Uint8Array {
    const { writer, shop } = this;
    const byScope = new Map<string, MadeSpan[]>();
    for (const span of spans) byScope.set(span.scope, [...(byScope.get(span.scope) ?? []), span]);
    this.message(1, () => {
      this.message(1, () => this.attributes(1, shop.resources[service]));
      for (const [scope, ofScope] of byScope) {
        this.message(2, () => {
          this.message(1, () => {
            writer.string(1, scope);
            writer.string(2, shop.scopeVersions[scope]);
          });
          for (const span of ofScope) this.message(2, () => this.span(span));
        });
      }
      writer.string(3, 'https://opentelemetry.io/schemas/1.37.0');
    });
    return writer.finish();
  }

  private span(span: MadeSpan): void {
    const { writer, random } = this;
    writer.bytes(1, span.traceId);
    writer.bytes(2, span.spanId);
    if (span.parent) writer.bytes(4, span.parent.spanId);
    writer.string(5, span.name);
    writer.uint32(6, span.kind);
    this.time(7, span.start, span.nanos);
    this.time(8, span.start + span.duration, span.nanos);
    this.attributes(9, span.attributes);
    if (span.failed) this.exception(span);
    else if (random.chance(0.05)) this.event(span);
    if (random.chance(0.01)) this.link();
    this.message(15, () => {
      if (!span.failed) return;
      writer.string(2, 'operation failed');
      writer.uint32(3, 2);
    });
    writer.fixed32(16, 0x101);
  }

  private exception(span: MadeSpan): void {
    const exception = this.random.pick(this.shop.exceptions);
    this.message(11, () => {
      this.time(1, span.start + span.duration, 0);
      this.writer.string(2, 'exception');
      this.attributes(3, Object.entries(exception));
    });
  }

  private event(span: MadeSpan): void {
    this.message(11, () => {
      this.time(1, span.start, 0);
      this.writer.string(2, this.random.pick(['cache.miss', 'retry', 'acquired.connection', 'message']));
      this.attributes(3, [['attempt', this.random.below(4)]]);
    });
  }

  private link(): void {
    this.message(13, () => {
      this.writer.bytes(1, this.random.bytes(16));
      this.writer.bytes(2, this.random.bytes(8));
    });
  }

  private attributes(field: number, attributes: readonly (readonly [string, AttributeValue])[]): void {
    const { writer } = this;
    for (const [key, value] of attributes) {
      this.message(field, () => {
        writer.string(1, key);
        this.message(2, () => {
          if (typeof value === 'string') writer.string(1, value);
          else if (typeof value === 'boolean') writer.bool(2, value);
          else if (Number.isInteger(value)) writer.uint32(3, value);
          else writer.double(4, value);
        });
      });
    }
  }

  private time(field: number, micros: number, nanos: number): void {
    const time = EPOCH + BigInt(Math.round(micros)) * 1000n + BigInt(nanos);
    this.writer.fixed64(field, Number(time & 0xffff_ffffn), Number(time >> 32n));
  }

  private message(field: number, write: () => void): void {
    const start = this.writer.beginMessage(field);
    write();
    this.writer.endMessage(start);
  }
}
