import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseBody } from '../../src/engine/preloadBatches';
import { PRELOAD_ROUTE, RUN_HEADER, type PreloadBatch } from '../../src/protocol/preload';
import { flatten, type FlatSpan } from './spans';

export const RUN = 'matrix-run';

/** Two servers: ours, which takes what the preload sends, and the backend that the program was written for. */
export class Sinks {
  private batches: PreloadBatch[] = [];
  private backendSpans: FlatSpan[] = [];
  private faults: string[] = [];

  private constructor(
    private readonly ours: Server,
    private readonly backend: Server,
  ) {}

  static async open(): Promise<Sinks> {
    const sinks: Sinks = new Sinks(
      createServer((request, response) => {
        void read(request).then((text) => {
          sinks.takeBatch(request, text);
          response.setHeader('Content-Type', 'application/json').end('{}');
        });
      }),
      createServer((request, response) => {
        void read(request).then((text) => {
          sinks.backendSpans.push(...flatten(parse(text)));
          response.setHeader('Content-Type', 'application/json').end('{}');
        });
      }),
    );
    await Promise.all([sinks.ours, sinks.backend].map(listen));
    return sinks;
  }

  /** What arrived since this was last asked. */
  drain(): { batches: PreloadBatch[]; backend: FlatSpan[]; faults: string[] } {
    const drained = { batches: this.batches, backend: this.backendSpans, faults: this.faults };
    this.batches = [];
    this.backendSpans = [];
    this.faults = [];
    return drained;
  }

  get endpoint(): string {
    return urlOf(this.ours);
  }

  get backendUrl(): string {
    return urlOf(this.backend);
  }

  close(): void {
    for (const server of [this.ours, this.backend]) {
      server.close();
      server.closeAllConnections();
    }
  }

  private takeBatch({ method, url, headers }: IncomingMessage, text: string): void {
    if (method !== 'POST' || url !== PRELOAD_ROUTE) this.faults.push(`${method} ${url} was asked of the engine`);
    if (headers[RUN_HEADER] !== RUN) this.faults.push(`the run's header is ${String(headers[RUN_HEADER])}`);
    if (headers.traceparent) this.faults.push('the export itself was traced by the program');
    const batches = parseBody(Buffer.from(text));
    if ('fault' in batches) this.faults.push(`${batches.fault}: ${text.slice(0, 200)}`);
    else this.batches.push(...batches);
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
