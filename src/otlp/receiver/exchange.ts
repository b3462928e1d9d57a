import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { errorMessage } from '../../base/log';
import { responseBytes, responseJson, type ExportResult } from '../exportResult';
import { encodeJsonText } from '../json/encodeJson';
import { isRefusal, refusal, statusBytes, statusJson, type Refusal } from '../rpcStatus';
import { SIGNALS, type Signal } from '../signals';
import type { BodyBudget } from './body';
import { readBody } from './body';
import { freeWithRest } from './bodyBuffers';
import { decompress, ENCODINGS, knownEncoding } from './compression';
import type { Gatekeeper } from './hosts';
import type { Outcome, ReceiverOptions } from './options';
import { PROFILES_HTTP_PATHS, type Profiles } from './profiles';
import type { RefusalLog } from './refusalLog';

/** One HTTP request and the way to answer it, over HTTP/1 or HTTP/2. */
export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly host: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly input: Readable;
  /** As {@link BodyLimits.own}. */
  readonly own: boolean;
  answer(status: number, headers: OutgoingHttpHeaders, body: string | Uint8Array): void;
}

const MEDIA_TYPES = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;
type Encoding = keyof typeof MEDIA_TYPES;
type CorsHeaders = Readonly<Record<string, string>> | undefined;

interface Route {
  readonly signal: Signal;
  readonly encodings: readonly Encoding[];
  /** As {@link JsonRoute.success}. */
  readonly success?: number;
  take(body: Uint8Array, encoding: Encoding, headers: IncomingHttpHeaders): Outcome | Promise<Outcome>;
}

/** Answers OTLP/HTTP and what else was plugged in, exactly as the specification asks. */
export class HttpExchanges {
  private readonly routes = new Map<string, Route>();

  constructor(
    private readonly options: ReceiverOptions,
    private readonly gate: Gatekeeper,
    private readonly budget: BodyBudget,
    private readonly refusals: RefusalLog,
    profiles: Profiles,
  ) {
    for (const signal of SIGNALS) this.routes.set(signal.httpPath, this.signalRoute(signal));
    const [traces] = SIGNALS;
    const encodings = ['protobuf', 'json'] as const;
    for (const path of PROFILES_HTTP_PATHS)
      this.routes.set(path, { signal: traces, encodings, take: () => profiles.take() });
    for (const { path, success, take } of options.routes ?? []) {
      const encodings = ['json'] as const;
      this.routes.set(path, { signal: traces, encodings, success, take: (body, _, headers) => take(body, headers) });
    }
  }

  handle(exchange: Exchange): void {
    const cors = this.gate.corsHeaders(exchange.headers.origin);
    if (cors && exchange.method === 'OPTIONS') return answerPreflight(exchange, cors);
    const encoding = encodingOf(exchange.headers['content-type']);
    const route = this.routeOf(exchange, encoding);
    if (isRefusal(route)) return this.refuse(exchange, route, encoding, cors);
    const respond = (outcome: Outcome) => {
      if (isRefusal(outcome)) this.refuse(exchange, outcome, encoding, cors);
      else this.accept(exchange, outcome, encoding!, route, cors);
    };
    const { maxRequestBytes } = this.options.limits;
    const declared = Number(exchange.headers['content-length'] ?? 0);
    const limits = { declared, limit: maxRequestBytes, framing: 0, own: exchange.own };
    readBody(exchange.input, limits, this.budget, (body) => this.take(exchange, route, body, encoding!, respond));
  }

  private routeOf({ method, url, host, headers }: Exchange, encoding: Encoding | undefined): Route | Refusal {
    const wrongHost = this.gate.checkHost(host);
    if (wrongHost) return wrongHost;
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    const route = this.routes.get(path) ?? this.routes.get(path.replace(/\/+$/, ''));
    if (!route) return noRoute(path, headers['content-type']);
    if (method !== 'POST') return refusal.wrongMethod(`${clip(path)} takes POST, not ${method}`);
    if (!encoding || !route.encodings.includes(encoding))
      return refusal.wrongMediaType(
        `Content-Type "${clip(headers['content-type'])}" is not taken at ${path}; ` +
          `send ${route.encodings.map((each) => MEDIA_TYPES[each]).join(' or ')}`,
      );
    if (knownEncoding(headers['content-encoding']) === undefined)
      return refusal.wrongMediaType(
        `Content-Encoding "${clip(headers['content-encoding'])}" cannot be read here; send ${ENCODINGS.join(', ')} or none`,
      );
    return route;
  }

  private take(
    exchange: Exchange,
    route: Route,
    body: Uint8Array | Refusal,
    encoding: Encoding,
    respond: (outcome: Outcome) => void,
  ): Promise<void> | undefined {
    const { headers } = exchange;
    const { maxRequestBytes } = this.options.limits;
    const expanded =
      body instanceof Uint8Array
        ? decompress(body, knownEncoding(headers['content-encoding'])!, maxRequestBytes)
        : body;
    if (!(expanded instanceof Uint8Array)) return void respond(expanded);
    const pending = settle(() => route.take(expanded, encoding, headers), respond, this.options);
    // A decoder makes a buffer for each body, a little longer than it.
    if (!pending && expanded !== body) freeWithRest(expanded);
    return pending;
  }

  private signalRoute(signal: Signal): Route {
    const { sink } = this.options;
    return {
      signal,
      encodings: ['protobuf', 'json'],
      take(body, encoding, headers) {
        if (encoding === 'protobuf') return sink(signal, body, headers, 0);
        const encoded = encodeJsonText(signal.request, body);
        if ('fault' in encoded) return refusal.malformed(encoded.fault);
        const outcome = sink(signal, encoded.bytes, headers, encoded.rejected);
        if (encoded.rejected === 0 && encoded.warnings.length === 0) return outcome;
        return outcome instanceof Promise ? outcome.then((o) => withNotes(o, encoded)) : withNotes(outcome, encoded);
      },
    };
  }

  private accept(
    exchange: Exchange,
    result: ExportResult,
    encoding: Encoding,
    { signal, success }: Route,
    cors: CorsHeaders,
  ): void {
    if (success !== undefined) return exchange.answer(success, { ...cors }, '');
    const body = encoding === 'json' ? responseJson(signal, result) : responseBytes(result);
    exchange.answer(200, { 'content-type': MEDIA_TYPES[encoding], ...cors }, body);
  }

  /** In the request's encoding, or JSON where that is none. */
  private refuse(exchange: Exchange, refused: Refusal, encoding: Encoding = 'json', cors: CorsHeaders): void {
    const headers: OutgoingHttpHeaders = { 'content-type': MEDIA_TYPES[encoding], ...cors };
    const { status, retryAfterSeconds } = refused;
    if (status === 405) headers.allow = 'POST';
    if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
    this.refusals.tell(`${exchange.method} ${exchange.url}`, refused);
    exchange.answer(status, headers, encoding === 'json' ? statusJson(refused) : statusBytes(refused));
  }
}

/** Runs `take` and hands its outcome on, later if that is a promise; what it throws is logged and becomes an answer. */
export function settle(
  take: () => Outcome | Promise<Outcome>,
  respond: (outcome: Outcome) => void,
  { log }: Pick<ReceiverOptions, 'log'>,
): Promise<void> | undefined {
  const failed = (error: unknown) => {
    log.error(`A request could not be taken in: ${error instanceof Error ? error.stack : String(error)}`);
    respond(refusal.internal(`Spanline failed to take this in: ${errorMessage(error)}`));
  };
  let outcome;
  try {
    outcome = take();
  } catch (error) {
    return void failed(error);
  }
  if (outcome instanceof Promise) return outcome.then(respond, failed);
  respond(outcome);
  return undefined;
}

function withNotes(outcome: Outcome, notes: { rejected: number; warnings: readonly string[] }): Outcome {
  if (isRefusal(outcome)) return outcome;
  const message = [...notes.warnings, outcome.message].filter(Boolean).join('; ');
  return { rejected: outcome.rejected + notes.rejected, message };
}

/** Parameters and letter case do not matter; `text/plain`, which any web page may send, is none of them. */
function encodingOf(contentType: string | undefined): Encoding | undefined {
  if (contentType === MEDIA_TYPES.protobuf) return 'protobuf';
  if (contentType === MEDIA_TYPES.json) return 'json';
  const type = contentType?.split(';', 1)[0]!.trim().toLowerCase();
  if (type === MEDIA_TYPES.protobuf || type === 'application/protobuf') return 'protobuf';
  return type === MEDIA_TYPES.json ? 'json' : undefined;
}

function noRoute(path: string, contentType: string | undefined): Refusal {
  const call = SIGNALS.find(({ grpcPath }) => grpcPath === path);
  if (!call) return refusal.unknownPath(unknownPath(path));
  return refusal.wrongMediaType(
    `Content-Type "${clip(contentType)}" is not taken at ${path}: gRPC is application/grpc over HTTP/2; for plain HTTP, POST to ${call.httpPath}`,
  );
}

function unknownPath(path: string): string {
  const asked = clip(path);
  if (/^\/v1\/(traces|metrics|logs)\/v1\//.test(path))
    return `Nothing is taken at ${asked}: OTEL_EXPORTER_OTLP_ENDPOINT is the base URL, leave "/v1/…" out of it`;
  if (path === '/')
    return 'Nothing is taken at /: POST to /v1/traces, /v1/metrics or /v1/logs. An endpoint given for one signal, such as OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, needs the whole path';
  return `Nothing is taken at ${asked}: POST to /v1/traces, /v1/metrics or /v1/logs`;
}

/** What a sender wrote is repeated to it, but not at any length: messages travel in headers too. */
function clip(text = ''): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function answerPreflight(exchange: Exchange, cors: Record<string, string>): void {
  const asked = exchange.headers['access-control-request-headers'];
  exchange.answer(
    204,
    {
      ...cors,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': typeof asked === 'string' ? asked : 'content-type, content-encoding',
      'access-control-max-age': '600',
    },
    '',
  );
}
