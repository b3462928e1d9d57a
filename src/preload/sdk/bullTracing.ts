import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { PackageFile } from '../stage0/packageFile';
import { failed, OwnInstrumentation, type WatchingInstrumentation } from './ownInstrumentation';

const SCOPE = 'bullmq';
/** What a worker says of a job whose handler threw, and why. */
const FAILED = 'job failed';
const REASON = 'bullmq.job.failed.reason';
const FILES = ['dist/cjs/classes/queue-base.js', 'dist/esm/classes/queue-base.js'];

type Callback = (span?: unknown, metadata?: string) => unknown;
type Trace = (
  this: QueueBase,
  kind: SpanKind,
  operation: string,
  destination: string,
  callback: Callback,
  metadata?: string,
) => unknown;
interface QueueBase {
  readonly name?: string;
  readonly opts?: { readonly telemetry?: unknown };
}

/** BullMQ tells whoever the program names of each job that it adds or processes: this listens where the program names nobody. */
export class BullTracing extends OwnInstrumentation implements WatchingInstrumentation {
  constructor() {
    super(SCOPE);
  }

  loaded({ packageName, path }: PackageFile, exports: unknown): void {
    if (packageName !== SCOPE || !FILES.includes(path)) return;
    const { prototype } = (exports as { QueueBase?: { prototype?: { trace?: Trace } } }).QueueBase ?? {};
    const original = prototype?.trace;
    if (!prototype || typeof original !== 'function') return;
    const traced = (tracer: Tracer, args: Parameters<Trace>) => this.traced(tracer, args);
    const current = () => this.tracer;
    prototype.trace = function (this: QueueBase, ...args: Parameters<Trace>): unknown {
      const tracer = this.opts?.telemetry ? undefined : current();
      const [kind] = args;
      const tells = kind === SpanKind.PRODUCER || kind === SpanKind.CONSUMER;
      return tracer && tells ? traced(tracer, args) : original.apply(this, args);
    };
  }

  private async traced(tracer: Tracer, args: Parameters<Trace>): Promise<unknown> {
    const [kind, operation, destination, callback, metadata] = args;
    const attributes = { 'messaging.system': SCOPE, 'messaging.operation.name': operation };
    const parent = kind === SpanKind.CONSUMER ? contextIn(metadata) : context.active();
    const span = tracer.startSpan(`${operation} ${destination}`.trim(), { kind, attributes }, parent);
    const within = trace.setSpan(parent, span);
    try {
      return await context.with(within, () => callback(toldOfFailure(span), metadataOf(within)));
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  }
}

/** What a job carries from whoever added it. */
function metadataOf(given: Context): string {
  const carrier: Record<string, string> = {};
  propagation.inject(given, carrier);
  return JSON.stringify(carrier);
}

function contextIn(metadata: string | undefined): Context {
  if (!metadata) return ROOT_CONTEXT;
  try {
    return propagation.extract(ROOT_CONTEXT, JSON.parse(metadata) as object);
  } catch {
    return ROOT_CONTEXT;
  }
}

/** The span as BullMQ knows one: a job's failure is handled by a worker, and only told of. */
function toldOfFailure(span: Span): unknown {
  return {
    setSpanOnContext: (given: Context) => trace.setSpan(given, span),
    setAttribute: (key: string, value: string) => span.setAttribute(key, value),
    setAttributes: (attributes: Record<string, string>) => span.setAttributes(attributes),
    addEvent: (name: string, attributes?: Record<string, string>) => {
      span.addEvent(name, attributes);
      if (name === FAILED) span.setStatus({ code: SpanStatusCode.ERROR, message: attributes?.[REASON] });
    },
    recordException: (exception: unknown) => failed(span, exception),
    spanContext: () => span.spanContext(),
    end: () => {},
  };
}
