import type { RunId } from '../../model/ids';
import type { SessionEndpoint } from '../../protocol/engine';
import { PRELOAD_ENV } from '../../protocol/preload';
import { type Environment, lookUp, sameKey } from './variables';

export interface NodeEnvironmentInput {
  readonly platform: NodeJS.Platform;
  /** Absolute path of the preload. */
  readonly preload: string;
  readonly run: RunId;
  readonly endpoint: SessionEndpoint;
  readonly bundledSdk: boolean;
  /** `env` of the launch configuration; null takes a variable away. */
  readonly env: Environment;
  /** What `envFile` says; `env` overrides it. */
  readonly fileEnv: Readonly<Record<string, string>>;
  /** Of the configuration: options of node, where it starts node itself. */
  readonly runtimeArgs?: unknown;
}

const NODE_OPTIONS = 'NODE_OPTIONS';
/** Set to one of {@link OFF} in `env` or `envFile`, it keeps us out of that one program. */
export const OPT_OUT = 'SPANLINE';
const OFF = new Set(['off', '0', 'false', 'no']);

/**
 * `env` for the debugger: the configuration's own with our preload in front of its NODE_OPTIONS. The debugger appends what the
 * editor's own process has in NODE_OPTIONS, so that is not repeated here. Giving the result in again changes nothing but the run
 * and the endpoint.
 */
export function nodeEnvironment(input: NodeEnvironmentInput): Record<string, string | null> {
  const { platform, preload, run, endpoint, env, fileEnv, bundledSdk } = input;
  const configured = lookUp(env, NODE_OPTIONS, platform);
  const options = configured === undefined ? lookUp(fileEnv, NODE_OPTIONS, platform) : configured;
  const sdk = lookUp(env, PRELOAD_ENV.sdk, platform) ?? lookUp(fileEnv, PRELOAD_ENV.sdk, platform);
  const ours: Record<string, string> = {
    [NODE_OPTIONS]: withRequire(preload, withPermissions(input, options ?? ''), platform),
    [PRELOAD_ENV.endpoint]: endpoint.url,
    [PRELOAD_ENV.run]: run,
    [PRELOAD_ENV.spool]: endpoint.spoolDir,
    [PRELOAD_ENV.sdk]: sdk ?? (bundledSdk ? 'auto' : 'off'),
  };
  const theirs = Object.entries(env).filter(([key]) => !Object.keys(ours).some((own) => sameKey(own, key, platform)));
  return { ...Object.fromEntries(theirs), ...ours };
}

export function isOptedOut(
  env: Environment,
  fileEnv: Readonly<Record<string, string>>,
  platform: NodeJS.Platform,
): boolean {
  const value = lookUp(env, OPT_OUT, platform) ?? lookUp(fileEnv, OPT_OUT, platform);
  return value !== null && value !== undefined && OFF.has(value.toLowerCase());
}

/** Our `--require` in front of other options, once. */
export function withRequire(preload: string, options: string, platform: NodeJS.Platform): string {
  const ours = requireOption(preload, platform);
  const theirs = options.replaceAll(ours, ' ').trim();
  return theirs ? `${ours} ${theirs}` : ours;
}

const PERMISSIONS = /(?:^|\s)--(?:experimental-)?permission(?=\s|$)/;

/**
 * Where the program runs under Node's permission model: it may read our files and write its last spans, or it would not start (Node 20)
 * or not be recorded. Nowhere else, since older versions refuse such options.
 */
function withPermissions({ preload, endpoint, runtimeArgs, platform }: NodeEnvironmentInput, options: string): string {
  const given = Array.isArray(runtimeArgs) ? runtimeArgs.join(' ') : '';
  if (!PERMISSIONS.test(`${given} ${options}`)) return options;
  const spools = folderOf(endpoint.spoolDir);
  const read = `--allow-fs-read=${folderOf(preload)}/*`;
  const again = [read, `--allow-fs-read=${spools}/`, `--allow-fs-write=${spools}/`];
  const theirs = options
    .split(/ (?=--allow-fs-|"--allow-fs-)/)
    .filter((option) => !again.some((each) => option.includes(each)));
  // A file is renamed by who may read it and write it.
  const spool = ['read', 'write'].map((leave) => `--allow-fs-${leave}=${endpoint.spoolDir}/*`);
  const ours = [read, ...spool].map((option) => quoted(option, platform));
  return [...theirs, ...ours].join(' ').trim();
}

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '');
}

/**
 * As NODE_OPTIONS reads it: quotes hold spaces together, and inside them a backslash escapes. Forward slashes do on Windows as
 * well, so that no backslash is needed. Without need no quotes are set: tools that take NODE_OPTIONS apart trip over them.
 */
export function requireOption(preload: string, platform: NodeJS.Platform): string {
  return `--require ${quoted(preload, platform)}`;
}

function quoted(text: string, platform: NodeJS.Platform): string {
  const path = platform === 'win32' ? text.replaceAll('\\', '/') : text;
  if (!/[\s"'\\]/.test(path)) return path;
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
