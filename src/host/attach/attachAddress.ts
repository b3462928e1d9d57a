import type { LaunchConfiguration } from '../debug/launchTarget';
import { isDebugTarget, isNodeAttach } from './attachTarget';
import { LOOPBACK_HOSTS } from './inspectables';

const EITHER = new Set<unknown>([undefined, '', 'localhost']);

/**
 * The address to attach to where the configuration leaves open by which protocol: `localhost` is tried by the debugger on IPv6 for as
 * long as it has patience, while Node's inspector listens on one of both. Undefined: as it stands, which is also where nobody
 * answers yet.
 */
export async function attachAddress(
  config: LaunchConfiguration,
  answers: (host: string, port: number) => Promise<boolean>,
): Promise<string | undefined> {
  const { address, port, websocketAddress } = config;
  const isPort = typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65536;
  if (!isNodeAttach(config) || isDebugTarget(config) || !isPort || websocketAddress || !EITHER.has(address))
    return undefined;
  const answering = await Promise.all(
    LOOPBACK_HOSTS.map(async (host) => ((await answers(host, port)) ? host : undefined)),
  );
  return answering.find((host) => host !== undefined);
}
