import { PRELOAD_ENV } from '../../../protocol/preload';
import { type Launch, type Preparation, variable } from './language';

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
const DELAY = 'OTEL_BSP_SCHEDULE_DELAY';
/** Milliseconds; SDKs wait for five seconds otherwise, and a program that is stopped keeps for itself what waits. */
const SOON = '200';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0']);

/**
 * Points the program's OTLP exporter to the session's port, which takes every protocol that an exporter may speak: so none is named.
 * Where the program's spans have a place to go to, they keep going there.
 */
export function otlpEndpoint(launch: Launch): Preparation {
  if (variable(launch, 'OTEL_SDK_DISABLED')?.trim().toLowerCase() === 'true')
    return { env: {}, limit: 'OTEL_SDK_DISABLED=true: its SDK makes no spans. Take the variable out.' };
  const exporter = variable(launch, 'OTEL_TRACES_EXPORTER')?.trim();
  if (exporter && !exporter.split(',').some((name) => name.trim() === 'otlp'))
    return { env: {}, limit: `OTEL_TRACES_EXPORTER=${exporter} exports no OTLP. Add otlp to it.` };
  const configured = ENDPOINTS.map((key) => [key, variable(launch, key)] as const).find(([, value]) => value);
  if (configured && !isOurs(launch, configured[1]!)) return elsewhere(launch, configured[0], configured[1]!);
  if (launch.defaultBackend && !configured)
    return {
      env: {},
      limit: `its exporter sends to ${launch.defaultBackend}, who listens where exporters send by themselves. ${TEE}`,
    };
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: launch.endpoint.url };
  return { env: variable(launch, DELAY) === undefined ? { ...env, [DELAY]: SOON } : env };
}

const TEE =
  'Set "spanline.forward.endpoint" to that address and "OTEL_EXPORTER_OTLP_ENDPOINT" in "env" to Spanline’s: it sends a copy on.';

function elsewhere({ sharedPorts }: Launch, key: string, value: string): Preparation {
  const { hostname, port } = parse(value);
  // It arrives, though as from outside any session.
  if (LOOPBACK.has(hostname) && sharedPorts.includes(port)) return { env: {} };
  return { env: {}, limit: `${key} sends its spans to ${withoutCredentials(value)}. ${TEE}` };
}

/** Of a session that the debugger starts anew with the configuration that it got from us. */
function isOurs(launch: Launch, value: string): boolean {
  return launch.env[PRELOAD_ENV.endpoint] === value;
}

function parse(value: string): { readonly hostname: string; readonly port: number } {
  try {
    const { hostname, port } = new URL(value.includes('://') ? value : `http://${value}`);
    return { hostname, port: Number(port) };
  } catch {
    return { hostname: '', port: 0 };
  }
}

function withoutCredentials(value: string): string {
  return value.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/, '');
}
