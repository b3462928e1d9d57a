import type { LaunchConfiguration } from '../debug/launchTarget';

const NODE_TYPES = new Set(['node', 'pwa-node', 'node-terminal']);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]', '0.0.0.0']);

/**
 * Whether the debugger attaches to a Node program with this configuration of a session that has no parent. Its own sessions by which
 * it attaches to whatever starts in a terminal ("auto attach") count as well.
 */
export function isNodeAttach({ type, request }: Pick<LaunchConfiguration, 'type' | 'request'>): boolean {
  return request === 'attach' && NODE_TYPES.has(type);
}

/** The debugger has a session for each process and each worker, below the one that the user started, or alone. */
export function isDebugTarget(config: object): boolean {
  return '__pendingTargetId' in config;
}

/** Why a program that the debugger attaches to cannot be entered: what is on our disk is not on its own. */
export function whyNotEntered(config: Readonly<Record<string, unknown>>): string | undefined {
  const { address, remoteRoot, localRoot } = config;
  if (typeof address === 'string' && address !== '' && !LOOPBACK.has(address))
    return `"address": "${address}" is another machine`;
  if (typeof remoteRoot === 'string' && remoteRoot !== '' && remoteRoot !== localRoot)
    return `"remoteRoot": "${remoteRoot}" says that the program runs elsewhere`;
  return undefined;
}
