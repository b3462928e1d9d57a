import { createHash, randomBytes } from 'node:crypto';

export interface SentSpan {
  readonly service: string;
  readonly name: string;
  readonly durationMs?: number;
  /** The line that made the span, by the semantic conventions' attributes. */
  readonly code?: { readonly path: string; readonly line: number };
  readonly attributes?: Readonly<Record<string, string>>;
  /** Of a span that is sent again; others get some of their own. */
  readonly ids?: Pick<SentIds, 'traceId' | 'spanId'>;
}

export interface SentLog {
  readonly service: string;
  readonly message: string;
  /** In the midst of which it was written. */
  readonly span?: SentIds;
}

/** Where a span that was sent is found. */
export interface SentIds {
  readonly traceId: string;
  readonly spanId: string;
  /** Half of its duration after it began. */
  readonly midUnixNano: string;
}

/** Sends one root span as any OTLP/HTTP exporter does, as JSON. */
export async function sendTrace(port: number, sent: SentSpan): Promise<SentIds> {
  const { service, name, durationMs = 12, code, attributes = {} } = sent;
  const end = now();
  const ids = sent.ids ?? newIds();
  const span = {
    ...ids,
    name,
    kind: 2,
    startTimeUnixNano: String(end - BigInt(durationMs) * 1_000_000n),
    endTimeUnixNano: String(end),
    attributes: [
      ...(code ? [text('code.file.path', code.path), integer('code.line.number', code.line)] : []),
      ...Object.entries(attributes).map(([key, value]) => text(key, value)),
    ],
  };
  await post(port, 'traces', { resourceSpans: [{ ...from(service), scopeSpans: [{ ...SCOPE, spans: [span] }] }] });
  return { ...ids, midUnixNano: String(end - BigInt(durationMs) * 500_000n) };
}

export function newIds(): Pick<SentIds, 'traceId' | 'spanId'> {
  return { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
}

/** The same for the same name, so that a step that is tried again sends a span that counts once. */
export function idsOf(name: string): Pick<SentIds, 'traceId' | 'spanId'> {
  const digest = createHash('sha256').update(name).digest('hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

export async function sendLog(port: number, { service, message, span }: SentLog): Promise<void> {
  const { midUnixNano = String(now()), ...ids } = span ?? {};
  const record = { ...ids, timeUnixNano: midUnixNano, severityNumber: 13, body: { stringValue: message } };
  await post(port, 'logs', { resourceLogs: [{ ...from(service), scopeLogs: [{ ...SCOPE, logRecords: [record] }] }] });
}

/** A counter's value. */
export async function sendMetric(port: number, service: string, name: string, value: number): Promise<void> {
  const point = {
    timeUnixNano: String(now()),
    startTimeUnixNano: String(now() - 1_000_000_000n),
    asInt: String(value),
  };
  const metric = { name, sum: { dataPoints: [point], aggregationTemporality: 2, isMonotonic: true } };
  await post(port, 'metrics', {
    resourceMetrics: [{ ...from(service), scopeMetrics: [{ ...SCOPE, metrics: [metric] }] }],
  });
}

async function post(port: number, signal: string, body: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The receiver on ${port} answered ${response.status}: ${await response.text()}`);
}

const SCOPE = { scope: { name: 'test' } };
const now = () => BigInt(Date.now()) * 1_000_000n;
const from = (service: string) => ({ resource: { attributes: [text('service.name', service)] } });
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const integer = (key: string, value: number) => ({ key, value: { intValue: String(value) } });
