import { randomBytes } from 'node:crypto';
import type { Sent } from './sent';

/** A span with ids of its own, in the form of OTLP/JSON, for clients that send what they are given. */
export function madeSpan(): { readonly sent: Sent; readonly request: object } {
  const start = `${BigInt(Date.now()) * 1_000_000n + 503_437n}`;
  const sent: Sent = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: randomBytes(8).toString('hex'),
    name: 'POST /orders',
    kind: 1,
    start,
    end: String(BigInt(start) + 5_000_001n),
    attributes: { text: 'größe 🦀', whole: -9007199254740991, part: 1.5, truth: true, many: ['a', 'b'] },
    events: ['row'],
    links: 1,
    status: { code: 2, message: 'no tea left' },
  };
  const { traceId, spanId } = sent;
  const span = {
    traceId,
    spanId,
    parentSpanId: sent.parentSpanId,
    name: sent.name,
    kind: sent.kind + 1,
    startTimeUnixNano: sent.start,
    endTimeUnixNano: sent.end,
    attributes: [
      { key: 'text', value: { stringValue: sent.attributes.text } },
      { key: 'whole', value: { intValue: String(sent.attributes.whole) } },
      { key: 'part', value: { doubleValue: 1.5 } },
      { key: 'truth', value: { boolValue: true } },
      { key: 'many', value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } } },
    ],
    events: [{ timeUnixNano: sent.start, name: 'row' }],
    links: [{ traceId, spanId }],
    status: { code: 2, message: 'no tea left' },
  };
  return { sent, request: { resourceSpans: [{ scopeSpans: [{ scope: { name: 'clients' }, spans: [span] }] }] } };
}
