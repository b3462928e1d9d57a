// Started by ingest.ts as a worker: what the engine is compared with. `null` is the receiver with nothing behind it, `naive` what
// one would write first, and what most local viewers are: node:http, protobufjs 7, plain objects in a Map of arrays.
// It is a fair rival: its decoder is protobufjs' own generated code, not a loop over reflection; it has a thread of its own as the
// engine has, and memory enough; and it is spared all that the engine does besides: no checks, no statistics, no recognition of
// copies, no eviction, no redaction, no journal; a message has it forget all that it holds. Ids and 64-bit numbers become text, since objects are kept to be shown.
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { silentLog } from '../../../src/base/log';
import { Receiver } from '../../../src/otlp/receiver/receiver';
import { reflected } from '../../support/reflection';
import { TRACE_REQUEST } from '../../../src/otlp/schema';

export type Rival = 'null' | 'naive';
type Json = Record<string, unknown>;

async function startNull(): Promise<number> {
  const limits = { maxRequestBytes: 64 * 1024 * 1024 };
  return new Receiver({ limits, log: silentLog, sink: () => ({ rejected: 0 }) }).listen('127.0.0.1', 0);
}

function startNaive(): Promise<number> {
  const traces = new Map<string, object[]>();
  const type = reflected(TRACE_REQUEST);
  parentPort!.on('message', () => traces.clear());
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const decoded = type.toObject(type.decode(Buffer.concat(chunks)), {
        longs: String,
        bytes: String,
        defaults: true,
      });
      for (const resource of decoded.resourceSpans as Json[])
        for (const scope of resource.scopeSpans as Json[])
          for (const span of scope.spans as Json[]) keep(traces, { ...span, resource: resource.resource });
      response.end();
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

function keep(traces: Map<string, object[]>, span: Json): void {
  const traceId = span.traceId as string;
  const spans = traces.get(traceId);
  if (spans) spans.push(span);
  else traces.set(traceId, [span]);
}

void ((workerData as Rival) === 'naive' ? startNaive() : startNull()).then((port) => parentPort!.postMessage(port));
