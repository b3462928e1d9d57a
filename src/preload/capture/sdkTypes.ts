/**
 * The SDK's objects as we read them, in every version from 1.0 to 3.x. They belong to the program: nothing of them is imported,
 * and anything may be missing.
 */

/** Seconds since 1970 and nanoseconds. */
export type HrTime = readonly [seconds: number, nanos: number];

export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
  readonly traceState?: { serialize(): string };
}

export type Attributes = Record<string, unknown>;

export interface TimedEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes?: Attributes;
  readonly droppedAttributesCount?: number;
}

export interface Link {
  readonly context: SpanContext;
  readonly attributes?: Attributes;
  readonly droppedAttributesCount?: number;
}

export interface Resource {
  readonly attributes: Attributes;
  /** While detectors are still at work; reading `attributes` then makes the SDK complain. */
  readonly asyncAttributesPending?: boolean;
  /** 2.x: pairs whose value may be a promise. */
  readonly _rawAttributes?: readonly (readonly [string, unknown])[];
  /** 1.x. */
  readonly _syncAttributes?: Attributes;
  readonly _asyncAttributesPromise?: PromiseLike<Attributes>;
}

export interface Scope {
  readonly name: string;
  readonly version?: string;
}

/** A span of an SDK with all that exporters read, or our shadow of an unsampled one. */
export interface ReadableSpan {
  readonly name: string;
  /** The API's numbering, one less than OTLP's. */
  readonly kind: number;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly ended: boolean;
  readonly attributes: Attributes;
  readonly events: readonly TimedEvent[];
  readonly links: readonly Link[];
  readonly status: { readonly code: number; readonly message?: string };
  readonly resource?: Resource;
  /** 2.x and later. */
  readonly instrumentationScope?: Scope;
  /** 1.x. */
  readonly instrumentationLibrary?: Scope;
  /** 2.x and later. */
  readonly parentSpanContext?: SpanContext;
  /** 1.x. */
  readonly parentSpanId?: string;
  readonly droppedAttributesCount?: number;
  readonly droppedEventsCount?: number;
  readonly droppedLinksCount?: number;
  spanContext(): SpanContext;
}

export const KIND_SERVER = 1;
export const KIND_CONSUMER = 4;

/** An SDK's tracer. */
export interface Tracer {
  /** 2.x and later. */
  readonly instrumentationScope?: Scope;
  readonly _resource?: Resource;
  /** 1.x. */
  readonly instrumentationLibrary?: Scope;
  readonly resource?: Resource;
}

export function scopeOf(holder: Pick<ReadableSpan, 'instrumentationScope' | 'instrumentationLibrary'>): Scope {
  return holder.instrumentationScope ?? holder.instrumentationLibrary ?? NO_SCOPE;
}

const NO_SCOPE: Scope = { name: '' };

export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** The object in the prototype chain that holds the method itself. */
export function ownerOf(object: object, method: string): Record<string, AnyFunction> | undefined {
  for (let owner: unknown = object; owner; owner = Object.getPrototypeOf(owner)) {
    if (Object.prototype.hasOwnProperty.call(owner, method)) return owner as Record<string, AnyFunction>;
  }
  return undefined;
}

/** Puts a method in the place of another, with its looks. */
export function replaceMethod(owner: Record<string, AnyFunction>, method: string, replacement: AnyFunction): void {
  Object.defineProperty(replacement, 'length', { value: owner[method].length, configurable: true });
  owner[method] = replacement;
}

/**
 * Has `before` called with the receiver whenever a method of instances is about to be called, by being asked for it: unlike a function in
 * its place, we are not on the stack of what it does. Whoever wraps the method gets a function to call. Nothing where there is no such
 * method.
 */
export function beforeCalls(
  owner: Record<string, AnyFunction>,
  method: string,
  before: (receiver: object) => void,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, method);
  const original: unknown = descriptor?.value;
  if (typeof original !== 'function' || !descriptor?.configurable) return;
  const { enumerable } = descriptor;
  const { [method]: called } = {
    [method](this: object, ...args: unknown[]): unknown {
      before(this);
      return (original as AnyFunction).apply(this, args);
    },
  };
  Object.defineProperty(called, 'length', { value: original.length, configurable: true });
  Object.defineProperty(owner, method, {
    configurable: true,
    enumerable: Boolean(enumerable),
    get(this: object): unknown {
      if (this === owner) return called;
      before(this);
      return original;
    },
    set(this: object, value: unknown): void {
      Object.defineProperty(this, method, { value, writable: true, enumerable: true, configurable: true });
    },
  });
}
