import type { CallFrame } from '../../protocol/preload';

/** V8's stack, taken raw and formatted later. */

/** Holds a stack in its `stack` property, which V8 formats when it is first read. */
export interface RawStack {
  stack?: unknown;
}

/** A call of `pool.query` and the like, whose spans start later, out of its caller's stack. */
export interface PoolCall extends RawStack {
  /** The pool, or the query, that was called. */
  readonly pool: unknown;
  /** The call of a library above the driver that led to this one. */
  readonly outer?: PoolCall;
  /** Where it leads to several spans, one in another, the name of the one that is the call, and whose stack this is. */
  readonly spans?: ReadonlySet<string>;
  /** Finds what the call leads to where that tells more than the stack. */
  readonly place?: () => CallFrame | undefined;
}

/** Members of V8's call sites beyond those in the type definitions. */
export interface StackFrame extends NodeJS.CallSite {
  getPosition(): number;
}

/**
 * Records the frames below `below` on `holder`: about a microsecond at depth four, since nothing is formatted yet. Nobody else's
 * code runs while the limit is ours.
 */
export function captureStack(holder: RawStack, below: (...args: never[]) => unknown, limit: number): void {
  const before = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = limit;
    Error.captureStackTrace(holder, below);
  } catch {
    // frozen intrinsics: the span goes without a site
  } finally {
    restoreLimit(before);
  }
}

function restoreLimit(limit: number): void {
  try {
    Error.stackTraceLimit = limit;
  } catch {
    // it was not ours to set in the first place
  }
}

/** The frames of a raw stack; empty where another `prepareStackTrace` has had it. */
export function framesOf(holder: RawStack): readonly StackFrame[] {
  const errors: { prepareStackTrace?: unknown } = Error;
  const before = errors.prepareStackTrace;
  try {
    errors.prepareStackTrace = structured;
    const frames = holder.stack;
    return Array.isArray(frames) ? (frames as StackFrame[]) : [];
  } catch {
    return [];
  } finally {
    errors.prepareStackTrace = before;
  }
}

function structured(_error: unknown, frames: NodeJS.CallSite[]): NodeJS.CallSite[] {
  return frames;
}
