import { refusal, type Refusal } from '../rpcStatus';

/**
 * Names under which this machine is reached from itself or from a container on it. A web page whose own name was pointed at
 * 127.0.0.1 (DNS rebinding) sends its own name, and is refused.
 */
const LOCAL_HOSTS = [
  'localhost',
  '127.0.0.1',
  '[::1]',
  'host.docker.internal',
  'gateway.docker.internal',
  'host.containers.internal',
  'host.lima.internal',
];

/** Whom a receiver lets in beside this machine's own programs. Lists are replaced as a whole, never changed. */
export interface Admission {
  /** Names that a request's Host may have, without a port. */
  readonly allowedHosts?: readonly string[];
  /** Web pages that may send, such as `http://localhost:5173`. */
  readonly allowedOrigins?: readonly string[];
}

/** Checks the `Host` header or `:authority` of every request, and the origins of web pages. */
export class Gatekeeper {
  private hosts: ReadonlySet<string> = new Set();
  private origins: ReadonlySet<string> = new Set();
  private seen: Admission | undefined;
  /** The last host that was let in, as written: nearly always the next one's. */
  private lastGood: string | undefined;

  constructor(private readonly admission: () => Admission) {}

  /** HTTP/1.0 knows no Host; no browser speaks it. */
  checkHost(host: string | undefined): Refusal | undefined {
    this.look();
    if (host === undefined || host === this.lastGood) return undefined;
    const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
    if (!this.hosts.has(name))
      return refusal.wrongHost(`Host "${host.slice(0, 100)}" is not this machine; send to http://localhost instead`);
    this.lastGood = host;
    return undefined;
  }

  /** Headers that let an allowed page read the answer. */
  corsHeaders(origin: string | undefined): Record<string, string> | undefined {
    this.look();
    if (origin === undefined || !this.origins.has(origin)) return undefined;
    return { 'access-control-allow-origin': origin, vary: 'Origin' };
  }

  /** Settings are read at every request, so that a change counts at once. */
  private look(): void {
    const now = this.admission();
    const { seen } = this;
    if (seen && seen.allowedHosts === now.allowedHosts && seen.allowedOrigins === now.allowedOrigins) return;
    const { allowedHosts, allowedOrigins } = now;
    this.seen = { allowedHosts, allowedOrigins };
    this.lastGood = undefined;
    this.hosts = new Set([...LOCAL_HOSTS, ...(allowedHosts ?? []).map(nameOf)]);
    this.origins = new Set((allowedOrigins ?? []).map((origin) => origin.trim().replace(/\/$/, '')));
  }
}

/** As requests write it: settings may name a port, or an IPv6 address without brackets. */
function nameOf(allowed: string): string {
  const host = allowed.trim().toLowerCase();
  if (/^[0-9a-f]*:[0-9a-f:.]*:/.test(host)) return `[${host}]`;
  return host.replace(/:\d*$/, '');
}
