import { SpanStatusCode, type Exception, type Span, type Tracer, type TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { PackageFile } from '../stage0/packageFile';

/** Some instrumentations patch by themselves. */
export interface WatchingInstrumentation extends Instrumentation {
  /** A file of the package was loaded, in either module system. May answer what it shall export instead. */
  loaded?(file: PackageFile, exports: unknown): unknown;
}

/** An instrumentation written here: it traces from its first provider on, and with the next one it is over for good. */
export abstract class OwnInstrumentation implements Instrumentation {
  readonly instrumentationVersion = '1';
  /** Undefined where nothing is to be traced. */
  protected tracer: Tracer | undefined;
  private begun = false;

  /** The name is that of its spans' scope, too. */
  constructor(readonly instrumentationName: string) {}

  setTracerProvider(provider: TracerProvider): void {
    this.tracer = this.begun ? undefined : provider.getTracer(this.instrumentationName);
    this.begun = true;
  }

  enable(): void {}
  disable(): void {}
  setMeterProvider(): void {}
  setConfig(): void {}
  getConfig(): { enabled: boolean } {
    return { enabled: true };
  }
}

/** The span tells of what was thrown; it is not ended. */
export function failed(span: Span, thrown: unknown): void {
  const exception: Exception = thrown instanceof Error ? thrown : String(thrown);
  span.recordException(exception);
  span.setStatus({
    code: SpanStatusCode.ERROR,
    message: typeof exception === 'string' ? exception : exception.message,
  });
}
