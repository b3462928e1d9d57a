import { baseName } from '../../base/paths';

/** The attributes of a launch configuration that say what it starts; everything else is left alone. */
export interface LaunchConfiguration {
  readonly type: string;
  readonly name: string;
  readonly request: string;
  readonly [attribute: string]: unknown;
}

/** Why a session is left as it is. `expected`: no Node program is launched, which is no news to anyone. */
export interface LeftAlone {
  readonly reason: string;
  readonly expected: boolean;
}

const NODE_TYPES = new Set(['node', 'pwa-node', 'node-terminal']);
/** Programs that run the debuggee where our preload does not exist; NODE_OPTIONS that name it would break every node there. */
const ELSEWHERE = new Set([
  'docker',
  'docker-compose',
  'podman',
  'nerdctl',
  'kubectl',
  'ssh',
  'wsl',
  'vagrant',
  'devcontainer',
]);
/** Runtimes that do not read `--require` from NODE_OPTIONS. */
const OTHER_RUNTIMES = new Set(['deno', 'bun', 'bunx']);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]', '0.0.0.0']);

/** Undefined when the session starts a Node program on this machine that we can enter by its environment. */
export function whyLeftAlone(config: LaunchConfiguration): LeftAlone | undefined {
  if (!NODE_TYPES.has(config.type)) return { reason: `type "${config.type}" is not Node's`, expected: true };
  if (config.__pendingTargetId !== undefined)
    return { reason: "it is the debugger's own child session", expected: true };
  if (config.request !== 'launch') return { reason: `request "${config.request}" starts no program`, expected: true };
  const reason = whyUnreachable(config);
  return reason === undefined ? undefined : { reason, expected: false };
}

function whyUnreachable(config: LaunchConfiguration): string | undefined {
  const runtime = text(config.runtimeExecutable);
  const program =
    runtime &&
    baseName(runtime)
      .toLowerCase()
      .replace(/\.(exe|cmd|bat)$/, '');
  if (program && ELSEWHERE.has(program)) return `"runtimeExecutable": "${runtime}" runs the program elsewhere`;
  if (program && OTHER_RUNTIMES.has(program)) return `"runtimeExecutable": "${runtime}" does not read NODE_OPTIONS`;
  if (text(config.remoteRoot)) return `"remoteRoot": "${text(config.remoteRoot)}" says that the program runs elsewhere`;
  if (config.useWSL) return '"useWSL" runs the program inside WSL; open the folder there instead';
  const address = text(config.address);
  if (address && !LOOPBACK.has(address)) return `"address": "${address}" is another machine`;
  if (typeof config.attachSimplePort === 'number') return '"attachSimplePort" makes the debugger drop NODE_OPTIONS';
  return undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
