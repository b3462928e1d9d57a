import type { SourceLocation } from './sourceLocation';
import type { SpanKind } from './span';

/** What spans have in common that are made by one piece of code. */
export interface Operation {
  readonly service: string;
  /** Name of the instrumentation scope, which is what the tracer was got under. */
  readonly scope: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** `telemetry.sdk.language`; empty when the sender does not say. */
  readonly language: string;
  /** `code.stacktrace` of its first span, for those that have one. */
  readonly stack?: string;
}

/** Says where the spans of an operation are made that do not say so themselves. */
export interface OperationLocator {
  /** Changes whenever answers may differ from those before. */
  readonly generation: number;
  locate(operation: Operation): SourceLocation | undefined;
}

/** Knows no place. */
export const nowhere: OperationLocator = { generation: 0, locate: () => undefined };
