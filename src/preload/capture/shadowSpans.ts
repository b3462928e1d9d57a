import { activeContext, isSuppressed, spanIn, type Context } from './programContext';
import {
  ownerOf,
  type AnyFunction,
  type Attributes,
  type HrTime,
  type ReadableSpan,
  type SpanContext,
  type Tracer,
} from './sdkTypes';

interface StartOptions {
  readonly kind?: number;
  readonly attributes?: Attributes;
  readonly links?: ReadableSpan['links'];
  readonly startTime?: unknown;
  readonly root?: boolean;
}

interface Shadow extends ReadableSpan {
  name: string;
  endTime: HrTime;
  ended: boolean;
  events: { name: string; time: HrTime; attributes: Attributes }[];
  status: { code: number; message?: string };
}

type Note = (shadow: Shadow, args: readonly unknown[]) => void;

/** Of the span that a sampler turned down, the methods that tell something. */
const NOTES: Record<string, Note> = {
  setAttribute: (shadow, [key, value]) => {
    shadow.attributes[key as string] = value;
  },
  setAttributes: (shadow, [attributes]) => {
    Object.assign(shadow.attributes, attributes);
  },
  addEvent: (shadow, [name, attributes, time]) => {
    const given = isAttributes(attributes);
    const at = hrTime(given ? time : attributes);
    shadow.events.push({ name: name as string, attributes: given ? attributes : {}, time: at });
  },
  setStatus: (shadow, [status]) => {
    shadow.status = status as Shadow['status'];
  },
  updateName: (shadow, [name]) => {
    shadow.name = name as string;
  },
  recordException: (shadow, [exception, time]) => {
    shadow.events.push({ name: 'exception', time: hrTime(time), attributes: exceptionAttributes(exception) });
  },
};

/**
 * Records spans that the program's sampler turned down, beside the program: its spans stay non-recording, its flags unsampled,
 * and its backend hears nothing of them.
 */
export class ShadowSpans {
  private readonly shadows = new WeakMap<object, Shadow>();
  private readonly patched = new WeakSet<object>();

  constructor(private readonly onEnd: (span: ReadableSpan) => void) {}

  /** The shadow of what `startSpan(name, options, context)` answered, where that is an unsampled span of its own. */
  shadow(span: unknown, tracer: Tracer, args: readonly unknown[]): ReadableSpan | undefined {
    const context = unsampledContext(span);
    if (!context) return undefined;
    const [name, options = {}, given] = args as [string, StartOptions | undefined, Context | undefined];
    const parentContext = given ?? activeContext();
    if (isSuppressed(parentContext)) return undefined;
    const parent = options.root ? undefined : contextOf(spanIn(parentContext));
    if (parent?.spanId === context.spanId) return undefined; // handed through by a tracer that makes no spans
    const shadow = createShadow(name, options, context, parent, tracer);
    this.shadows.set(span as object, shadow);
    this.patch(span as object);
    return shadow;
  }

  /** The class of non-recording spans gets methods that write to the shadow, where there is one. */
  private patch(span: object): void {
    const prototype = ownerOf(span, 'end');
    if (!prototype || this.patched.has(prototype)) return;
    this.patched.add(prototype);
    for (const [method, note] of Object.entries(NOTES)) this.wrap(prototype, method, note);
    this.wrap(prototype, 'end', (shadow, [time]) => {
      shadow.endTime = hrTime(time);
      shadow.ended = true;
      this.onEnd(shadow);
    });
  }

  private wrap(prototype: Record<string, AnyFunction>, method: string, note: Note): void {
    const original = prototype[method];
    if (typeof original !== 'function') return;
    const { shadows } = this;
    prototype[method] = function (this: unknown, ...args: unknown[]): unknown {
      const shadow = shadows.get(this as object);
      if (shadow && !shadow.ended) quietly(() => note(shadow, args));
      return original.apply(this, args);
    };
  }
}

function createShadow(
  name: string,
  options: StartOptions,
  context: SpanContext,
  parent: SpanContext | undefined,
  tracer: Tracer,
): Shadow {
  return {
    name,
    kind: options.kind ?? 0,
    startTime: hrTime(options.startTime),
    endTime: [0, 0],
    ended: false,
    attributes: { ...options.attributes },
    events: [],
    links: options.links ?? [],
    status: { code: 0 },
    resource: tracer._resource ?? tracer.resource,
    instrumentationScope: tracer.instrumentationScope ?? tracer.instrumentationLibrary,
    parentSpanContext: parent?.traceId === context.traceId ? parent : undefined,
    spanContext: () => context,
  };
}

/** The context of a valid, unsampled, non-recording span. */
function unsampledContext(span: unknown): SpanContext | undefined {
  const { isRecording } = (span ?? {}) as { isRecording?: () => boolean };
  const context = contextOf(span);
  if (!context || typeof isRecording !== 'function' || isRecording.call(span)) return undefined;
  const valid = /[1-9a-f]/.test(context.spanId) && (context.traceFlags & 1) === 0;
  return valid ? context : undefined;
}

function contextOf(span: unknown): SpanContext | undefined {
  const { spanContext } = (span ?? {}) as { spanContext?: () => SpanContext };
  return typeof spanContext === 'function' ? spanContext.call(span) : undefined;
}

/** The API's `TimeInput`: a pair, a Date, milliseconds since 1970, or milliseconds of `performance.now()`. */
function hrTime(time: unknown): HrTime {
  if (Array.isArray(time)) return time as unknown as HrTime;
  const ms = millis(time);
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

function millis(time: unknown): number {
  if (time instanceof Date) return time.getTime();
  if (typeof time === 'number') return time < performance.timeOrigin ? performance.timeOrigin + time : time;
  return performance.timeOrigin + performance.now();
}

function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function exceptionAttributes(exception: unknown): Attributes {
  if (!(exception instanceof Error)) return { 'exception.message': String(exception) };
  return {
    'exception.type': exception.name,
    'exception.message': exception.message,
    'exception.stacktrace': exception.stack,
  };
}

function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // the program's own call goes on
  }
}
