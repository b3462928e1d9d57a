import { nodeEnvironment, type NodeEnvironmentInput, requireOption } from '../debug/nodeEnvironment';
import { PRELOAD_ENV } from '../../protocol/preload';

export type TerminalEnvironmentInput = Pick<
  NodeEnvironmentInput,
  'platform' | 'preload' | 'run' | 'endpoint' | 'bundledSdk'
> & {
  /** What the terminal would have without us; undefined where it has none. */
  inherited(name: string): string | undefined;
};

/**
 * Variables of a terminal whose programs are recorded. Of other languages only Python: whatever else could be told where to export to
 * shares its variable with programs whose backend must not be replaced.
 */
export function terminalEnvironment(input: TerminalEnvironmentInput): Record<string, string> {
  const nodeOptions = input.inherited('NODE_OPTIONS');
  const env: Record<string, string> = nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions };
  const forNode = nodeEnvironment({ ...input, env, fileEnv: {} }) as Record<string, string>;
  const separator = separatorOf(input.platform);
  const theirs = (input.inherited('PYTHONPATH') ?? '').split(separator).filter(Boolean);
  return { ...forNode, PYTHONPATH: [pythonFolder(input), ...theirs].join(separator) };
}

/** Changes to the variables of every terminal: `prepend` goes before what is there, of whichever shell. */
export interface TerminalChanges {
  readonly prepend: Readonly<Record<string, string>>;
  readonly replace: Readonly<Record<string, string>>;
}

export function terminalChanges(input: Omit<TerminalEnvironmentInput, 'inherited'>): TerminalChanges {
  const { platform, preload, run, endpoint, bundledSdk } = input;
  return {
    prepend: {
      // The spaces keep it apart from options that others put before or behind it.
      NODE_OPTIONS: ` ${requireOption(preload, platform)} `,
      PYTHONPATH: pythonFolder(input) + separatorOf(platform),
    },
    replace: {
      [PRELOAD_ENV.endpoint]: endpoint.url,
      [PRELOAD_ENV.run]: run,
      [PRELOAD_ENV.spool]: endpoint.spoolDir,
      [PRELOAD_ENV.sdk]: bundledSdk ? 'auto' : 'off',
    },
  };
}

function pythonFolder({ preload }: Pick<TerminalEnvironmentInput, 'preload'>): string {
  return preload.replace(/[^\\/]*$/, 'python');
}

function separatorOf(platform: NodeJS.Platform): string {
  return platform === 'win32' ? ';' : ':';
}
