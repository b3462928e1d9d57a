import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../../base/log';
import type { ExportResult } from '../exportResult';
import type { Refusal } from '../rpcStatus';
import type { Signal } from '../signals';
import type { Admission } from './hosts';

export type Outcome = ExportResult | Refusal;

/**
 * Takes what the receiver got. The bytes are void when the call returns, or when the promise that it returned is settled. `leftOut`: spans that did not make it into
 * `request`, because their JSON has no valid ids; the receiver tells the sender of them.
 */
export type ExportSink = (
  signal: Signal,
  request: Uint8Array,
  headers: IncomingHttpHeaders,
  leftOut: number,
) => Outcome | Promise<Outcome>;

/** A further path that takes JSON by POST. */
export interface JsonRoute {
  readonly path: string;
  /** Status of the answer, without a body, when all went well; without it the answer is that to an export of traces. */
  readonly success?: number;
  readonly take: (body: Uint8Array, headers: IncomingHttpHeaders) => Outcome | Promise<Outcome>;
}

export interface ReceiverOptions {
  readonly sink: ExportSink;
  readonly routes?: readonly JsonRoute[];
  /** Read at every request, so that a change counts at once. */
  readonly limits: { readonly maxRequestBytes: number } & Admission;
  /** Takes over connections whose first request is a GET of this path. */
  readonly upgrade?: { readonly path: string; take(request: IncomingMessage, socket: Socket, head: Buffer): void };
  readonly timeouts?: Partial<ReceiverTimeouts>;
  /** Told of what a sender does wrong; `request`: method and path, or what there was instead. `message` holds the remedy. */
  readonly onRefused?: (request: string, message: string) => void;
  readonly log: Log;
}

/** Milliseconds. */
export interface ReceiverTimeouts {
  /**
   * How long an idle connection is kept. Exporters send every few seconds; a connection that the server closes in that very moment
   * loses a batch. A program that stands at a breakpoint comes back after minutes.
   */
  readonly keepAlive: number;
  /** For a request's headers. */
  readonly headers: number;
  /** For a whole request; a program may be stopped by the debugger in the middle of one. */
  readonly request: number;
  /** How long an HTTP/2 connection is silent before it is looked at whether it is broken. */
  readonly http2Silence: number;
}

export const DEFAULT_TIMEOUTS: ReceiverTimeouts = {
  keepAlive: 65_000,
  headers: 60_000,
  request: 300_000,
  http2Silence: 30_000,
};
