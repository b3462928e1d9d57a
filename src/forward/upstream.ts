import type { ForwardProtocol } from '../protocol/settings';
import type { Signal } from '../otlp/signals';

/** Where copies go, taken apart. */
export interface Upstream {
  readonly protocol: ForwardProtocol;
  /** Scheme, host and port. */
  readonly origin: URL;
  /** Without credentials, for the user's eyes. */
  readonly shown: string;
  /** On this machine: compressing would only cost time. */
  readonly isLocal: boolean;
  path(signal: Signal): string;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const SIGNAL_PATH = /\/v1\/(?:traces|metrics|logs)\/*$/;
const SETTING = '"spanline.forward.endpoint"';

/**
 * Reads an endpoint as OTEL_EXPORTER_OTLP_ENDPOINT has it: a base URL to which `/v1/traces` and so on are appended. One that
 * ends in such a path already, as the variables for one signal have it, stands for its base; one without a scheme is plain text.
 */
export function parseUpstream(endpoint: string, protocol: ForwardProtocol): Upstream | { readonly fault: string } {
  const text = endpoint.trim();
  let url: URL;
  try {
    url = new URL(SCHEME.test(text) ? text : `http://${text}`);
  } catch {
    return { fault: `${SETTING} is "${text}", which is no URL. It is of the form http://host:4318.` };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { fault: `${SETTING} begins with "${url.protocol}//"; it has to be http:// or https://.` };
  if (url.username !== '' || url.password !== '')
    return {
      fault: `${SETTING} holds a user name or password, which settings keep in plain text. Leave them out; run "Spanline: Set Headers for Forwarding…" and enter authorization=Basic%20….`,
    };
  const base = url.pathname.replace(SIGNAL_PATH, '').replace(/\/+$/, '');
  const path = (signal: Signal) => (protocol === 'grpc' ? signal.grpcPath : `${base}${signal.httpPath}${url.search}`);
  const shown = `${url.origin}${protocol === 'grpc' ? '' : base}`;
  return { protocol, origin: new URL(url.origin), shown, isLocal: isLocalHost(url.hostname), path };
}

export function isLocalHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(hostname);
}
