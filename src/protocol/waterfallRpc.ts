import { createBirpc } from 'birpc';
import type { Disposable } from '../base/disposables';
import { errorMessage } from '../base/log';
import type { WaterfallHost, WaterfallView } from './waterfall';
import { checkedColumns, guardHost, guardView, isRpcMessage } from './waterfallGuards';

/** Messages between the two sides: `postMessage` of VS Code in either direction, or a socket's. */
export interface WaterfallChannel {
  post(message: unknown): unknown;
  listen(onMessage: (message: unknown) => void): Disposable;
}

export type ErrorSink = (error: Error) => void;

/** A trace of a million spans takes seconds to cross on a busy machine, never a minute. */
const TIMEOUT_MS = 60_000;

/**
 * The extension host's end. `host` is called with checked arguments only; a call that fails the check is answered by an error.
 * The view's functions never throw: what goes wrong while posting is told to `onError`.
 */
export function connectToView(
  channel: WaterfallChannel,
  host: WaterfallHost,
  onError: ErrorSink,
): WaterfallView & Disposable {
  const functions = guardHost(host);
  const wire = transport(channel, functions);
  const rpc = createBirpc<WaterfallView, WaterfallHost>(functions, {
    ...wire.options,
    onFunctionError: (error) => onError(error),
  });
  const tell = (sent: Promise<void>): void => void sent.catch((error: unknown) => onError(asError(error)));
  return {
    show: (target) => tell(rpc.show.asEvent(target)),
    changed: (change) => tell(rpc.changed.asEvent(change)),
    mark: (spanIds) => tell(rpc.mark.asEvent(spanIds)),
    status: (status) => tell(rpc.status.asEvent(status)),
    dispose: () => wire.close(() => rpc.$close()),
  };
}

/** The webview's end. A rejection carries the host's message; a malformed answer rejects. */
export function connectToHost(
  channel: WaterfallChannel,
  view: WaterfallView,
  onError: ErrorSink,
): WaterfallHost & Disposable {
  const functions = guardView(view, onError);
  const wire = transport(channel, functions);
  const rpc = createBirpc<WaterfallHost, WaterfallView>(functions, wire.options);
  return {
    ready: () => rpc.ready(),
    traces: (limit) => rpc.traces(limit),
    trace: async (traceId) => checkedColumns(await rpc.trace(traceId)),
    span: (traceId, spanId, kind) => rpc.span(traceId, spanId, kind),
    logs: (traceId, spanId, unplaced) => rpc.logs(traceId, spanId, unplaced),
    logMarks: (traceId) => rpc.logMarks(traceId),
    findSpans: (traceId, filter) => rpc.findSpans(traceId, filter),
    reveal: (location) => rpc.reveal(location),
    revealFrame: (frame, service) => rpc.revealFrame(frame, service),
    showing: (target) => rpc.showing(target),
    copy: (text) => rpc.copy(text),
    showRedactionSettings: () => rpc.showRedactionSettings(),
    dispose: () => wire.close(() => rpc.$close()),
  };
}

function transport(channel: WaterfallChannel, functions: object) {
  let listener: Disposable | undefined;
  const options = {
    timeout: TIMEOUT_MS,
    post: (message: unknown) => channel.post(message),
    on: (receive: (message: unknown) => void) => {
      listener = channel.listen((message) => {
        if (isRpcMessage(message)) receive(message);
      });
    },
    serialize: withPlainError,
    deserialize: withRealError,
    // Without it `toString` and its kin could be called as well.
    resolver: <Resolved>(name: string, found: Resolved) => (Object.hasOwn(functions, name) ? found : undefined),
  };
  const close = (closeRpc: () => void): void => {
    listener?.dispose();
    closeRpc();
  };
  return { options, close };
}

/** VS Code's messages are JSON, in which an Error is `{}`: its words travel as a plain object. */
function withPlainError(message: { e?: unknown }): unknown {
  return message.e === undefined ? message : { ...message, e: { message: errorMessage(message.e) } };
}

function withRealError(message: { e?: { message?: string } }): unknown {
  if (!message.e) return message;
  return { ...message, e: new Error(message.e.message ?? 'The extension host gave no reason') };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(errorMessage(error));
}
