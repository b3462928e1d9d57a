import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { EngineStatus, SessionEndpoint } from '../../protocol/engine';
import { PRELOAD_ENV } from '../../protocol/preload';
import type { LaunchConfiguration, LeftAlone } from './launchTarget';
import type { FileLookup, Language, Launch, Preparation } from './languages/language';
import { type Environment, withEnvironment } from './variables';

const localFiles: FileLookup = {
  exists: (path) =>
    stat(path).then(
      () => true,
      () => false,
    ),
  list: (folder) => readdir(folder).catch(() => []),
  read: (path) => readFile(path, 'utf8').catch(() => undefined),
};

/** Where exporters send to that were told nothing. */
const DEFAULT_PORTS = [4317, 4318];

export interface LanguageLaunchInput {
  readonly config: LaunchConfiguration;
  readonly env: Environment;
  readonly fileEnv: Readonly<Record<string, string>>;
  readonly run: string;
  readonly endpoint: SessionEndpoint;
  /** Path of the Node preload. */
  readonly preload: string;
  readonly workspaceFolder: string | undefined;
  readonly javaAgent: string;
  readonly status: EngineStatus | undefined;
}

/** The configuration that the debugger is to have; undefined where nothing can be given to the program. */
export interface AdaptedLaunch {
  readonly config: LaunchConfiguration | undefined;
  readonly limit?: string;
}

/** Gives a program of another language what reaches it: variables, and what its own runtime brings along. */
export async function adaptLaunch(language: Language, input: LanguageLaunchInput): Promise<AdaptedLaunch> {
  const { config, run, endpoint, preload, status } = input;
  const launch: Launch = {
    ...input,
    platform: process.platform,
    processEnv: process.env,
    preloadFolder: dirname(preload),
    homeFolder: homedir(),
    defaultBackend: defaultBackend(status),
    sharedPorts: (status?.endpoints ?? []).filter(({ use }) => use !== 'session').map(({ port }) => port),
    files: localFiles,
  };
  const preparation = await language.prepare(launch);
  const limit = preparation.limit === undefined ? {} : { limit: preparation.limit };
  if (isEmpty(preparation)) return { config: undefined, ...limit };
  const { url, spoolDir } = endpoint;
  const ours = { [PRELOAD_ENV.endpoint]: url, [PRELOAD_ENV.run]: run, [PRELOAD_ENV.spool]: spoolDir };
  const adapted = withEnvironment(config, { ...preparation.env, ...ours }, launch.platform);
  return { config: { ...adapted, ...preparation.attributes }, ...limit };
}

export function whyLanguageLeftAlone(language: Language, config: LaunchConfiguration): LeftAlone | undefined {
  if (config.request !== 'launch') return { reason: `request "${config.request}" starts no program`, expected: true };
  const reason = language.whyNot?.(config);
  return reason === undefined ? undefined : { reason, expected: true };
}

function isEmpty({ env, attributes }: Preparation): boolean {
  return Object.keys(env).length === 0 && attributes === undefined;
}

function defaultBackend(status: EngineStatus | undefined): string | undefined {
  const taken = status?.lostPorts.find(({ port, owner }) => DEFAULT_PORTS.includes(port) && owner);
  return taken?.owner && taken.owner.kind !== 'spanline' && taken.owner.kind !== 'other' ? taken.owner.name : undefined;
}
