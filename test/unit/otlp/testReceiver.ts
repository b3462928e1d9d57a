import { onTestFinished } from 'vitest';
import { logTo, type LogLevel } from '../../../src/base/log';
import type { ReceiverOptions } from '../../../src/otlp/receiver/options';
import { Receiver } from '../../../src/otlp/receiver/receiver';
import { oracleEncode } from './otlpProto';

export interface TestReceiver {
  readonly port: number;
  readonly receiver: Receiver;
  /** What was taken: signal and bytes. */
  readonly taken: { readonly signal: string; readonly request: Uint8Array }[];
  readonly logged: { readonly level: LogLevel; readonly message: string }[];
}

/** A receiver that keeps all it gets, until the test is over. */
export async function startReceiver(options: Partial<ReceiverOptions> = {}): Promise<TestReceiver> {
  const taken: TestReceiver['taken'] = [];
  const logged: TestReceiver['logged'] = [];
  const receiver = new Receiver({
    limits: { maxRequestBytes: 1_000_000 },
    sink: ({ id }, request) => {
      taken.push({ signal: id, request: request.slice() });
      return { rejected: 0 };
    },
    log: logTo((level, message) => logged.push({ level, message })),
    ...options,
  });
  onTestFinished(() => receiver.close());
  return { port: await receiver.listen('127.0.0.1', 0), receiver, taken, logged };
}

export const TRACE_ID = '5b8efff798038103d269b633813fc60c';
export const SPAN_ID = 'eee19b7ec3c1b174';

/** A request with one span, as JSON. */
export const ONE_SPAN_JSON = JSON.stringify({
  resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: TRACE_ID, spanId: SPAN_ID, name: 'GET /' }] }] }],
});

/** The same as protobuf. */
export const ONE_SPAN = oracleEncode('ExportTraceServiceRequest', {
  resourceSpans: [
    {
      scopeSpans: [
        { spans: [{ traceId: Buffer.from(TRACE_ID, 'hex'), spanId: Buffer.from(SPAN_ID, 'hex'), name: 'GET /' }] },
      ],
    },
  ],
});

export const PROTOBUF = { 'content-type': 'application/x-protobuf' };
export const JSON_TYPE = { 'content-type': 'application/json' };
