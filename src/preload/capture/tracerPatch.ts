import { TracerSites, type CallSites } from './callSites';
import type { Consumers } from './consumers';
import { isDriverScope, type PoolCalls } from './poolCalls';
import { RecordedSpan } from './recordedSpan';
import type { Entered } from './routes/entered';
import {
  KIND_CONSUMER,
  KIND_SERVER,
  ownerOf,
  replaceMethod,
  scopeOf,
  type AnyFunction,
  type ReadableSpan,
  type Tracer,
} from './sdkTypes';
import type { ShadowSpans } from './shadowSpans';

/**
 * Scopes whose spans are started by the framework, long after the user's line: the nearest user frame is whichever handler called
 * `next()` before.
 */
const MISLEADING_SCOPE =
  /^(@opentelemetry\/instrumentation-(express|connect|koa|hapi|nestjs-core|router|restify|fastify)|@(fastify|hono)\/otel)$/;
/** One of these spans is started by a call of the user's all the same. */
const CALLED_BY_USER = 'Create Nest App';
const INSTRUMENTATION_SCOPE = /^@opentelemetry\/instrumentation-/;

/** Told of spans as they start and end. */
export interface SpanEvents {
  /** False while nobody wants to hear of spans. */
  readonly active: boolean;
  spanStarted(record: RecordedSpan): void;
  spanEnded(span: ReadableSpan): void;
}

/** What is known of one tracer. */
class TracerFacts {
  readonly sites = new TracerSites();
  readonly scope: string;
  /** Spans of a driver may have been asked for by a call of its pool. */
  readonly pooled: boolean;
  private readonly misleading: boolean;
  private readonly instrumentation: boolean;

  constructor(tracer: Tracer) {
    const { name } = scopeOf(tracer);
    this.scope = name;
    this.pooled = isDriverScope(name);
    this.misleading = MISLEADING_SCOPE.test(name);
    this.instrumentation = INSTRUMENTATION_SCOPE.test(name);
  }

  /** Server spans of an instrumentation are started by a socket: no frame of the user's lies below them. */
  knowsSiteOf(span: ReadableSpan): boolean {
    if (this.misleading) return span.name === CALLED_BY_USER;
    return !(this.instrumentation && span.kind === KIND_SERVER);
  }
}

/** Sees spans start and end, by two methods on the SDK's own prototypes. Nothing is written onto the program's objects. */
export class TracerPatch {
  private readonly patched = new WeakSet<object>();
  private readonly tracers = new WeakMap<Tracer, TracerFacts>();

  constructor(
    private readonly callSites: CallSites,
    private readonly events: SpanEvents,
    private readonly shadows: ShadowSpans,
    private readonly poolCalls: PoolCalls,
    private readonly consumers: Consumers,
    private readonly entered: Entered,
  ) {}

  /** `startActiveSpan` needs no patch: in every version it calls `this.startSpan`. */
  patchTracer(tracer: unknown): void {
    if (typeof (tracer as { startSpan?: unknown } | undefined)?.startSpan !== 'function') return;
    const prototype = ownerOf(tracer as object, 'startSpan');
    if (prototype) this.patchTracerPrototype(prototype);
  }

  patchTracerPrototype(prototype: Record<string, AnyFunction>): void {
    if (this.patched.has(prototype) || typeof prototype.startSpan !== 'function') return;
    this.patched.add(prototype);
    const original = prototype.startSpan;
    const { started } = this;
    function startSpan(this: unknown, name: unknown, options: unknown, context: unknown): unknown {
      const span = original.call(this, name, options, context);
      started(this as Tracer, span, [name, options, context], startSpan);
      return span;
    }
    replaceMethod(prototype, 'startSpan', startSpan);
  }

  private readonly started = (tracer: Tracer, span: unknown, args: readonly unknown[], below: AnyFunction): void => {
    if (!this.events.active) return;
    try {
      const recorded = isRecordedSpan(span) ? this.patchSpan(span) : this.shadows.shadow(span, tracer, args);
      if (!recorded) return;
      const facts = this.factsOf(tracer);
      const record = new RecordedSpan(recorded);
      if (facts.knowsSiteOf(recorded)) this.takeSite(record, facts, below);
      else record.setUp = this.entered.current(facts.scope);
      this.events.spanStarted(record);
    } catch {
      // the program has its span; we go without
    }
  };

  private takeSite(record: RecordedSpan, facts: TracerFacts, below: AnyFunction): void {
    const call = facts.pooled ? this.poolCalls.current() : undefined;
    if (facts.pooled && this.poolCalls.isPart(record.span.name, facts.scope, call)) return;
    if (call && this.poolCalls.isSure(call)) {
      this.callSites.takeFrom(record, facts.sites, call);
      return;
    }
    record.call = call ?? (record.span.kind === KIND_CONSUMER ? this.consumers.current() : undefined);
    this.callSites.take(record, facts.sites, below);
  }

  private factsOf(tracer: Tracer): TracerFacts {
    let facts = this.tracers.get(tracer);
    if (!facts) this.tracers.set(tracer, (facts = new TracerFacts(tracer)));
    return facts;
  }

  private patchSpan(span: ReadableSpan): ReadableSpan {
    const known = Object.getPrototypeOf(span) as object;
    if (this.patched.has(known)) return span;
    this.patched.add(known);
    const prototype = ownerOf(span, 'end');
    if (!prototype || (prototype !== known && this.patched.has(prototype))) return span;
    this.patched.add(prototype);
    const original = prototype.end;
    const { ended } = this;
    replaceMethod(prototype, 'end', function end(this: unknown, time: unknown): unknown {
      const before = (this as ReadableSpan).ended;
      try {
        return original.call(this, time);
      } finally {
        // Of a span that has ended, though one of the program's processors has thrown.
        if (!before) ended(this as ReadableSpan);
      }
    });
    return span;
  }

  private readonly ended = (span: ReadableSpan): void => {
    try {
      if (span.ended) this.events.spanEnded(span);
    } catch {
      // as above
    }
  };
}

function isRecordedSpan(span: unknown): span is ReadableSpan {
  const { startTime, isRecording } = (span ?? {}) as { startTime?: unknown; isRecording?: () => boolean };
  return Array.isArray(startTime) && typeof isRecording === 'function' && isRecording.call(span);
}
