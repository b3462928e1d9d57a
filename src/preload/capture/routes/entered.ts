import type { RawStack } from '../callStack';

const SCOPE = /^@opentelemetry\/instrumentation-(?:express|koa)$/;

/**
 * What a router has come to. Spans of middleware are started when a request gets that far: nothing on their stack tells the line then,
 * but what is being entered was set up there.
 */
export class Entered {
  private at: RawStack | undefined;

  /** Where the middleware was set up whose span is being started now. */
  current(scope: string): RawStack | undefined {
    return this.at && SCOPE.test(scope) ? this.at : undefined;
  }

  within<T>(registration: RawStack | undefined, run: () => T): T {
    const before = this.at;
    this.at = registration;
    try {
      return run();
    } finally {
      this.at = before;
    }
  }
}
