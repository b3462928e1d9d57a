import { type PlatformPath, posix, win32 } from 'node:path';
import type { SessionEndpoint } from '../../../protocol/engine';
import type { LaunchConfiguration } from '../launchTarget';
import { type Environment, lookUp } from '../variables';

/** What is looked up on disk; nothing is written. */
export interface FileLookup {
  exists(path: string): Promise<boolean>;
  /** Names of the entries; empty where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Undefined where it cannot be read. */
  read(path: string): Promise<string | undefined>;
}

/** What is known of a launch before it happens. */
export interface Launch {
  readonly config: LaunchConfiguration;
  readonly platform: NodeJS.Platform;
  /** What the configuration itself sets. */
  readonly env: Environment;
  /** What its `envFile` sets; the configuration's own goes over it. */
  readonly fileEnv: Readonly<Record<string, string>>;
  /** What the debugger inherits from the editor. */
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly endpoint: SessionEndpoint;
  /** Folder of the preload, with the files for other languages in folders below. */
  readonly preloadFolder: string;
  readonly workspaceFolder: string | undefined;
  readonly homeFolder: string;
  /** `spanline.capture.javaAgent`; empty for none. */
  readonly javaAgent: string;
  /** Who holds a port that exporters send to when nothing else is said, such as `Jaeger (pid 812)`. */
  readonly defaultBackend: string | undefined;
  /** Ports of this window's receiver that programs outside sessions send to. */
  readonly sharedPorts: readonly number[];
  readonly files: FileLookup;
}

/** What a launch is given. */
export interface Preparation {
  readonly env: Readonly<Record<string, string>>;
  /** Other attributes of the configuration. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Why spans may not arrive, with the remedy, for whoever asks. */
  readonly limit?: string;
}

/** How programs in one language are reached by what they are started with. */
export interface Language {
  /** Key in the setting `spanline.capture.languages`. */
  readonly id: string;
  /** Debug types whose `launch` starts such a program. */
  readonly types: readonly string[];
  /** Why a launch of these types starts none. */
  whyNot?(config: LaunchConfiguration): string | undefined;
  prepare(launch: Launch): Promise<Preparation>;
}

/** What the program would have in a variable without us; undefined where it would have none. */
export function variable({ env, fileEnv, processEnv, platform }: Launch, key: string): string | undefined {
  const own = lookUp(env, key, platform);
  if (own === null) return undefined;
  return own ?? lookUp(fileEnv, key, platform) ?? lookUp(processEnv, key, platform);
}

/** Paths as the program's platform writes them. */
export function pathsOf({ platform }: Pick<Launch, 'platform'>): PlatformPath {
  return platform === 'win32' ? win32 : posix;
}
