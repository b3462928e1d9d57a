import type { Engine } from '../../src/engine/engine';
import type { SpanId, TraceId } from '../../src/model/ids';
import { plain } from './sent';

export interface SentLog {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  /** Nanoseconds since 1970, as text. */
  readonly time: string;
  readonly severityText: string;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What of the log record is not found at its span as it was sent. */
export async function missingLog(engine: Engine, sent: SentLog, service: string): Promise<string[]> {
  const [held, ...more] = await engine.logs(sent.traceId, sent.spanId, 10);
  if (!held) return ['the log record did not arrive'];
  const faults = more.length > 0 ? [`the log record is there ${more.length + 1} times`] : [];
  const got = {
    ...{ service: held.service, scope: held.scope, severity: held.severity, severityText: held.severityText },
    time: held.timeUnixNano,
    body: plain(held.body),
    attributes: Object.fromEntries(held.attributes.map(({ key, value }) => [key, plain(value)])),
  };
  const { severityText, time, body, attributes } = sent;
  const wanted = { service, scope: 'clients', severity: 'warn', severityText, time, body, attributes };
  for (const key of Object.keys(wanted) as (keyof typeof wanted)[]) {
    const [a, b] = [JSON.stringify(wanted[key]), JSON.stringify(got[key])];
    if (a !== b) faults.push(`the log record's ${key} should be ${a}, but is ${b}`);
  }
  return faults;
}
