import type { Log } from '../base/log';
import { SIGNALS, type Signal } from '../otlp/signals';
import type { ForwardSettings, ForwardStatus, ForwardTest } from '../protocol/engine';
import { Forwarder, type ForwarderLimits } from './forwarder';
import { GrpcTransport } from './grpcTransport';
import { HttpTransport, sentence, type TransportOptions } from './httpTransport';
import type { SendResult, Transport } from './sendResult';
import { parseUpstream, type Upstream } from './upstream';

const TIMEOUT_MS = 10_000;
const FLUSH_MS = 1_000;
const [TRACES] = SIGNALS;

export interface ForwardingParts {
  /** Sent along, so that no receiver of Spanline takes what another sent on. */
  readonly engineId: string;
  readonly log: Log;
  changed(): void;
  readonly limits?: Partial<ForwarderLimits>;
  readonly timeoutMs?: number;
}

/** The tee: hands copies of what was received to whatever upstream the settings name at the moment. */
export class Forwarding {
  private settings: ForwardSettings | undefined;
  private forwarder: Forwarder | undefined;
  private fault: string | undefined;

  constructor(private readonly parts: ForwardingParts) {}

  /** Credentials may change while requests wait; another endpoint or protocol begins with an empty queue. */
  configure(settings: ForwardSettings | undefined): void {
    const before = this.settings;
    if (JSON.stringify(before) === JSON.stringify(settings)) return;
    this.settings = settings;
    const upstream = settings && parseUpstream(settings.endpoint, settings.protocol);
    this.fault = upstream && 'fault' in upstream ? upstream.fault : undefined;
    if (!settings || !upstream || 'fault' in upstream) return this.end();
    const transport = this.transportTo(upstream, settings);
    const same = before?.endpoint === settings.endpoint && before.protocol === settings.protocol;
    if (same && this.forwarder) return this.forwarder.use(transport);
    this.end();
    const { log, limits } = this.parts;
    this.forwarder = new Forwarder({ upstream, transport, log, limits, changed: () => this.parts.changed() });
  }

  take(signal: Signal, request: Uint8Array, from: 'preload' | 'otlp'): void {
    this.forwarder?.take(signal, request, from);
  }

  get status(): ForwardStatus | undefined {
    return this.forwarder?.status;
  }

  get problems(): string[] {
    if (this.fault !== undefined) return [`Nothing is forwarded. ${this.fault}`];
    const { status } = this;
    if (status?.problem === undefined) return [];
    const { endpoint, queuedRecords, problem } = status;
    const count = queuedRecords === 1 ? '1 record waits' : `${queuedRecords.toLocaleString('en')} records wait`;
    const waiting = queuedRecords > 0 ? `; ${count}` : '';
    return [`Forwarding to ${endpoint} fails${waiting}. ${problem}`];
  }

  /** Sends an empty request, which every OTLP endpoint takes. */
  async test(): Promise<ForwardTest> {
    const { settings } = this;
    if (!settings) return { ok: false, message: 'Nothing is forwarded: "spanline.forward.endpoint" is empty.' };
    const upstream = parseUpstream(settings.endpoint, settings.protocol);
    if ('fault' in upstream) return { ok: false, message: upstream.fault };
    const transport = this.transportTo(upstream, settings);
    const result = await transport.send(TRACES, new Uint8Array(0));
    transport.close();
    if (result.kind === 'sent') this.forwarder?.use(this.transportTo(upstream, settings));
    return verdict(upstream, result);
  }

  async close(): Promise<void> {
    await this.forwarder?.close(FLUSH_MS);
  }

  private end(): void {
    void this.forwarder?.close(FLUSH_MS);
    this.forwarder = undefined;
  }

  private transportTo(upstream: Upstream, { headers }: ForwardSettings): Transport {
    const { engineId, timeoutMs = TIMEOUT_MS } = this.parts;
    const options: TransportOptions = { headers, engineId, timeoutMs, gzip: !upstream.isLocal };
    return upstream.protocol === 'grpc' ? new GrpcTransport(upstream, options) : new HttpTransport(upstream, options);
  }
}

function verdict({ shown, origin }: Upstream, result: SendResult): ForwardTest {
  if (result.kind !== 'sent') return { ok: false, message: sentence(result.fault) };
  const note = result.message ? ` It says: ${result.message}` : '';
  return {
    ok: true,
    message: `${shown} takes what Spanline forwards${origin.protocol === 'https:' ? ', over TLS' : ''}.${note}`,
  };
}
