import {
  context,
  isSpanContextValid,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type HrTime,
  type Span,
  type TracerProvider,
} from '@opentelemetry/api';
import { failed, OwnInstrumentation } from './ownInstrumentation';

/** Where clients of these versions look for who traces them. Older ones expect another interface. */
const PLACES = ['V6_PRISMA_INSTRUMENTATION', 'V7_PRISMA_INSTRUMENTATION'];
/** The scope of Prisma's own instrumentation. */
const SCOPE = 'prisma';
const NOT_SAMPLED = '00-10-10-00';

interface SpanOptions {
  readonly name: string;
  /** Prisma's own business. */
  readonly internal?: boolean;
  /** `false`: what is called does not see the span as its parent. */
  readonly active?: boolean;
  readonly context?: Context;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}
/** A span of the query engine that is not written in JavaScript, told of when the query is done. */
interface EngineSpan {
  readonly name: string;
  readonly kind?: 'client' | 'internal';
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes?: Attributes;
}
type Callback = (span?: Span, context?: Context) => unknown;

/** Prisma traces itself for whoever asks for it: this asks while the program has no SDK. */
export class PrismaTracing extends OwnInstrumentation {
  private readonly helper = {
    isEnabled: (): boolean => this.tracer !== undefined,
    getTraceParent: (given?: Context): string => traceParent(given ?? context.active()),
    getActiveContext: (): Context => context.active(),
    dispatchEngineSpans: (spans: readonly EngineSpan[]): void => this.engineSpans(spans),
    runInChildSpan: (options: string | SpanOptions, callback: Callback): unknown =>
      this.inChildSpan(typeof options === 'string' ? { name: options } : options, callback),
  };

  constructor() {
    super(SCOPE);
  }

  override setTracerProvider(provider: TracerProvider): void {
    super.setTracerProvider(provider);
    if (!this.tracer) return;
    const places = globalThis as unknown as Record<string, unknown>;
    const value = { helper: this.helper };
    for (const place of PLACES)
      if (!(place in places)) Object.defineProperty(places, place, { value, writable: true, configurable: true });
  }

  private inChildSpan(
    { name, internal, active, context: given, kind, attributes }: SpanOptions,
    run: Callback,
  ): unknown {
    if (!this.tracer || internal) return run();
    const parent = given ?? context.active();
    const span = this.tracer.startSpan(`prisma:client:${name}`, { kind, attributes }, parent);
    const call = () => ended(span, () => run(span, parent));
    return active === false ? call() : context.with(trace.setSpan(parent, span), call);
  }

  /** The statements; what else the engine does tells a user nothing. */
  private engineSpans(spans: readonly EngineSpan[]): void {
    for (const { name, kind, startTime, endTime, attributes } of spans) {
      if (kind === 'client')
        this.tracer?.startSpan(name, { kind: SpanKind.CLIENT, startTime, attributes }).end(endTime);
    }
  }
}

function traceParent(given: Context): string {
  const found = trace.getSpanContext(given);
  if (!found || !isSpanContextValid(found)) return NOT_SAMPLED;
  return `00-${found.traceId}-${found.spanId}-0${found.traceFlags}`;
}

/** What `run` gives, with the span ended when that is done. */
function ended(span: Span, run: () => unknown): unknown {
  try {
    const result = run();
    if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') {
      span.end();
      return result;
    }
    return (result as PromiseLike<unknown>).then(
      (value) => {
        span.end();
        return value;
      },
      (error: unknown) => {
        failed(span, error);
        span.end();
        throw error;
      },
    );
  } catch (error) {
    failed(span, error);
    span.end();
    throw error;
  }
}
