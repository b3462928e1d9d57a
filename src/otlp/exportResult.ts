import { ProtoWriter } from './protoWriter';
import type { Signal } from './signals';

/** What became of an export request that was taken. */
export interface ExportResult {
  /** Spans, log records or data points that were left out. */
  readonly rejected: number;
  /** Why, or with nothing rejected a warning. */
  readonly message?: string;
}

const NOTHING = new Uint8Array(0);

/** An `Export…ServiceResponse`; empty when all went well, as the specification wants it. */
export function responseBytes({ rejected, message }: ExportResult): Uint8Array {
  if (rejected === 0 && !message) return NOTHING;
  const writer = new ProtoWriter(256);
  const partial = writer.beginMessage(1);
  if (rejected > 0) writer.uint32(1, rejected);
  if (message) writer.string(2, message);
  writer.endMessage(partial);
  return writer.finish();
}

export function responseJson(signal: Signal, { rejected, message }: ExportResult): string {
  if (rejected === 0 && !message) return '{}';
  return JSON.stringify({
    partialSuccess: {
      ...(rejected > 0 && { [signal.rejectedMember]: String(rejected) }),
      ...(message && { errorMessage: message }),
    },
  });
}
