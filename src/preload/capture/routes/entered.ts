import type { RawStack } from '../callStack';

const SCOPE = /^@opentelemetry\/instrumentation-(?:express|koa)$/;

/**
 * What a router has come to. Spans of middleware are started when a request gets that far: nothing on their stack tells the line then,
 * but what is being entered was set up there.
 */
export class Entered {
  private at: RawStack | undefined;

  /** Where the middleware was set up whose span is being started now. Told once, for each that is entered has one span at most. */
  current(scope: string): RawStack | undefined {
    const { at } = this;
    if (!at || !SCOPE.test(scope)) return undefined;
    this.at = undefined;
    return at;
  }

  /** Undefined where nobody knows what is entered. Gives what was entered before, for whoever can tell when this is left. */
  enter(registration: RawStack | undefined): RawStack | undefined {
    const before = this.at;
    this.at = registration;
    return before;
  }
}
