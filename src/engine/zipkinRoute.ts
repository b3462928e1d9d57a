import { errorMessage } from '../base/log';
import { otlpFromZipkin } from '../formats/zipkin';
import { encodeJson } from '../otlp/json/encodeJson';
import type { JsonRoute, Outcome } from '../otlp/receiver/options';
import { refusal } from '../otlp/rpcStatus';
import { TRACE_REQUEST } from '../otlp/schema';

/** Where Zipkin's own reporters and OpenTelemetry's Zipkin exporters send lists of spans. */
export function zipkinRoute(append: (request: Uint8Array, leftOut: number) => Outcome): JsonRoute {
  return { path: '/api/v2/spans', success: 202, take: (body) => take(body, append) };
}

function take(body: Uint8Array, append: (request: Uint8Array, leftOut: number) => Outcome): Outcome {
  let spans: unknown;
  try {
    spans = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
  } catch (error) {
    return refusal.malformed(`The body is not JSON: ${errorMessage(error)}`);
  }
  if (!Array.isArray(spans)) return refusal.malformed('Zipkin spans come as a JSON list');
  const otlp = otlpFromZipkin(spans);
  const encoded = encodeJson(TRACE_REQUEST, otlp);
  if ('fault' in encoded) return refusal.malformed(encoded.fault);
  return append(encoded.bytes, otlp.rejected + encoded.rejected);
}
