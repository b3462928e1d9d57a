import { clip } from './answers';
import type { SendResult } from './sendResult';
import type { Upstream } from './upstream';

const SETTING = '"spanline.forward.endpoint"';
const PROTOCOL = '"spanline.forward.protocol"';

type Words = (upstream: Upstream) => string;

const OWN_CERTIFICATE: Words = ({ origin }) =>
  `${origin.host} has a certificate that this machine does not trust (self-signed, or by an authority of your own). Start the editor with NODE_EXTRA_CA_CERTS set to the authority's PEM file.`;

/** By the code of a Node error. */
const FAULTS: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ({ origin }) => `Nothing listens on ${origin.host}. Start the collector there, or change ${SETTING}.`,
  ENOTFOUND: ({ origin }) => `The name ${origin.hostname} is not known. Check ${SETTING}.`,
  EAI_AGAIN: ({ origin }) => `The name ${origin.hostname} cannot be looked up now. Check the network.`,
  EHOSTUNREACH: ({ origin }) => `${origin.host} cannot be reached. Check the network, or change ${SETTING}.`,
  ENETUNREACH: ({ origin }) => `${origin.host} cannot be reached. Check the network, or change ${SETTING}.`,
  ETIMEDOUT: ({ origin }) => `${origin.host} does not answer. Check ${SETTING}, and whether a firewall is in between.`,
  DEPTH_ZERO_SELF_SIGNED_CERT: OWN_CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: OWN_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT: OWN_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: OWN_CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: OWN_CERTIFICATE,
  CERT_HAS_EXPIRED: ({ origin }) => `The certificate of ${origin.host} has expired. Renew it there.`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ origin }) =>
    `The certificate of ${origin.host} is for another name. Use the name that it is for in ${SETTING}.`,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  EPROTO: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: notGrpc,
  HPE_INVALID_CONSTANT: notHttp,
  ERR_HTTP2_ERROR: notGrpc,
  ERR_HTTP2_SESSION_ERROR: notGrpc,
};

function notTls({ origin }: Upstream): string {
  return `${origin.host} does not speak TLS. Write http:// in place of https:// in ${SETTING}.`;
}

function notHttp({ origin }: Upstream): string {
  return `${origin.host} does not answer in HTTP/1. Where it is a gRPC port, usually 4317, set ${PROTOCOL} to "grpc"; where it takes TLS only, write https:// in ${SETTING}.`;
}

function notGrpc({ origin }: Upstream): string {
  return `${origin.host} does not speak gRPC. Where it is a port for OTLP over HTTP, usually 4318, set ${PROTOCOL} to "http/protobuf".`;
}

/** No answer was had. All of these may pass: somebody starts the collector, or puts its certificate right. */
export function networkFault(error: unknown, upstream: Upstream): SendResult {
  const { code = '', message } = rootCause(error);
  const words = FAULTS[code];
  const fault = words
    ? words(upstream)
    : `${upstream.origin.host} broke the connection off (${clip(code || message)}).`;
  return { kind: 'retry', fault };
}

/** "localhost" is tried on several addresses, whose failures come as one error; HTTP/2 wraps why a connection ended. */
function rootCause(error: unknown): NodeJS.ErrnoException {
  let inner = error;
  if (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (inner instanceof AggregateError) inner = inner.errors[0];
  return inner instanceof Error ? inner : new Error(String(inner));
}

export function noAnswer({ origin }: Upstream, seconds: number): SendResult {
  return { kind: 'retry', fault: `${origin.host} did not answer within ${seconds} seconds. Is it overloaded?` };
}
