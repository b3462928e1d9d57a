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

/** Checks the `Host` header or `:authority` of every request, and the origins of web pages. */
export class Gatekeeper {
  private readonly hosts: ReadonlySet<string>;
  private readonly origins: ReadonlySet<string>;
  /** The last host that was let in, as written: nearly always the next one's. */
  private lastGood: string | undefined;

  constructor(allowedHosts: readonly string[] = [], allowedOrigins: readonly string[] = []) {
    this.hosts = new Set([...LOCAL_HOSTS, ...allowedHosts.map((host) => host.toLowerCase())]);
    this.origins = new Set(allowedOrigins);
  }

  /** HTTP/1.0 knows no Host; no browser speaks it. */
  checkHost(host: string | undefined): Refusal | undefined {
    if (host === undefined || host === this.lastGood) return undefined;
    const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
    if (!this.hosts.has(name))
      return refusal.wrongHost(`Host "${host.slice(0, 100)}" is not this machine; send to http://localhost instead`);
    this.lastGood = host;
    return undefined;
  }

  /** Headers that let an allowed page read the answer. */
  corsHeaders(origin: string | undefined): Record<string, string> | undefined {
    if (origin === undefined || !this.origins.has(origin)) return undefined;
    return { 'access-control-allow-origin': origin, vary: 'Origin' };
  }
}
