import { randomBytes } from 'node:crypto';

export interface SentSpan {
  readonly service: string;
  readonly name: string;
  readonly durationMs?: number;
  /** The line that made the span, by the semantic conventions' attributes. */
  readonly code?: { readonly path: string; readonly line: number };
}

/** Sends one root span as any OTLP/HTTP exporter does, as JSON. */
export async function sendTrace(port: number, { service, name, durationMs = 12, code }: SentSpan): Promise<void> {
  const end = BigInt(Date.now()) * 1_000_000n;
  const span = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name,
    kind: 2,
    startTimeUnixNano: String(end - BigInt(durationMs) * 1_000_000n),
    endTimeUnixNano: String(end),
    attributes: code ? [text('code.file.path', code.path), integer('code.line.number', code.line)] : [],
  };
  const resource = { attributes: [text('service.name', service)] };
  const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'test' }, spans: [span] }] }] }),
  });
  if (!response.ok) throw new Error(`The receiver on ${port} answered ${response.status}: ${await response.text()}`);
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const integer = (key: string, value: number) => ({ key, value: { intValue: String(value) } });
