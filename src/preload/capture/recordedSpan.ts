import type { PoolCall, RawStack } from './callStack';
import type { Frame } from './frames';
import type { Remembered } from './governor';
import type { ReadableSpan } from './sdkTypes';
import type { StackDepth } from './stackDepth';

/** Where spans are started: the user's frames, one object per distinct list of them. */
export interface CallSite {
  readonly frames: readonly Frame[];
}

/**
 * A span of the program with what we know of it beside: one object for each span, made while the program waits. Holds a raw stack
 * from the start until the site is resolved.
 */
export class RecordedSpan {
  /** An object of its own: V8 would turn this one into a dictionary. */
  stack: RawStack | undefined;
  /** Set while there is a stack to resolve. */
  depth: StackDepth | undefined;
  memory: Remembered<CallSite> | undefined;
  site: CallSite | undefined;
  /** Where to look when the stack at the start holds no frame of the user's. */
  call: PoolCall | undefined;
  /** Where what started the span was set up: the server that a request came to, the middleware that it passes. */
  setUp: RawStack | undefined;
  /** The site is that of earlier spans of the same tracer and name. */
  inferred = false;
  /** Under way: not looked at, seen once, told of, or told of long ago. Ended: in the journal before it can be sent. */
  progress: 'new' | 'seen' | 'told' | 'long' | 'noted' = 'new';

  constructor(readonly span: ReadableSpan) {}
}
