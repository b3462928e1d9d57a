import type { CallSites, PendingSite } from './callSites';
import { KIND_SERVER, ownerOf, scopeOf, type AnyFunction, type ReadableSpan, type Scope } from './sdkTypes';
import type { ShadowSpans } from './shadowSpans';

/**
 * Scopes whose spans are started by the framework, long after the user's line: the nearest user frame is whichever handler called
 * `next()` before.
 */
const MISLEADING_SCOPE =
  /^(@opentelemetry\/instrumentation-(express|connect|koa|hapi|nestjs-core|router|restify|fastify)|@fastify\/otel)$/;
const INSTRUMENTATION_SCOPE = /^@opentelemetry\/instrumentation-/;

export interface SpanEvents {
  spanStarted(span: ReadableSpan): void;
  spanEnded(span: ReadableSpan): void;
}

interface Tracer {
  readonly instrumentationScope?: Scope;
  readonly instrumentationLibrary?: Scope;
}

/** Sees spans start and end, by two methods on the SDK's own prototypes. Nothing is written onto the program's objects. */
export class TracerPatch {
  private readonly patched = new WeakSet<object>();
  private readonly sites = new WeakMap<ReadableSpan, PendingSite>();

  constructor(
    private readonly callSites: CallSites,
    private readonly events: SpanEvents,
    private readonly shadows: ShadowSpans,
  ) {}

  siteOf(span: ReadableSpan): PendingSite | undefined {
    return this.sites.get(span);
  }

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
    const started = (tracer: Tracer, span: unknown, args: unknown[]) => this.started(tracer, span, args, startSpan);
    function startSpan(this: unknown, ...args: unknown[]): unknown {
      const span = original.apply(this, args);
      started(this as Tracer, span, args);
      return span;
    }
    Object.defineProperty(startSpan, 'length', { value: original.length, configurable: true });
    prototype.startSpan = startSpan;
  }

  private started(tracer: Tracer, span: unknown, args: unknown[], below: AnyFunction): void {
    try {
      const recorded = isRecordedSpan(span) ? this.patchSpan(span) : this.shadows.shadow(span, tracer, args);
      if (!recorded) return;
      if (hasSite(recorded)) this.sites.set(recorded, this.callSites.take(tracer, recorded.name, below));
      this.events.spanStarted(recorded);
    } catch {
      // the program has its span; we go without
    }
  }

  private patchSpan(span: ReadableSpan): ReadableSpan {
    const prototype = ownerOf(span, 'end');
    if (!prototype || this.patched.has(prototype)) return span;
    this.patched.add(prototype);
    const original = prototype.end;
    const ended = (ended: ReadableSpan) => this.ended(ended);
    function end(this: unknown, ...args: unknown[]): unknown {
      const before = (this as ReadableSpan).ended;
      const result = original.apply(this, args);
      if (!before) ended(this as ReadableSpan);
      return result;
    }
    Object.defineProperty(end, 'length', { value: original.length, configurable: true });
    prototype.end = end;
    return span;
  }

  private ended(span: ReadableSpan): void {
    try {
      if (span.ended) this.events.spanEnded(span);
    } catch {
      // as above
    }
  }
}

function isRecordedSpan(span: unknown): span is ReadableSpan {
  const { startTime, isRecording } = (span ?? {}) as { startTime?: unknown; isRecording?: () => boolean };
  return Array.isArray(startTime) && typeof isRecording === 'function' && isRecording.call(span);
}

/** Server spans of an instrumentation are started by a socket: no frame of the user's lies below them. */
function hasSite(span: ReadableSpan): boolean {
  const { name } = scopeOf(span);
  if (MISLEADING_SCOPE.test(name)) return false;
  return span.kind !== KIND_SERVER || !INSTRUMENTATION_SCOPE.test(name);
}
