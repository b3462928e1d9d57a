import { PRELOAD_ENV } from '../../protocol/preload';
import { packageFile } from './packageFile';

/** It hands its tasks the variables that they name and few others, of which VS Code's are some. */
const TURBO = 'turbo';
const CARRIER = 'VSCODE_SPANLINE';
const CARRIED = [PRELOAD_ENV.endpoint, PRELOAD_ENV.run, PRELOAD_ENV.spool, PRELOAD_ENV.sdk, PRELOAD_ENV.debug];

/** The variables that a task is recorded by, in one that such a tool hands on. */
export function carryVariables(script: string | undefined, env: NodeJS.ProcessEnv): void {
  const file = script === undefined ? undefined : packageFile(script);
  if (!file || file.packageName !== TURBO) return;
  const carried: Record<string, string> = {};
  for (const name of CARRIED) {
    const value = env[name];
    if (value !== undefined) carried[name] = value;
  }
  env[CARRIER] = JSON.stringify(carried);
}

/** Puts back what was carried; where the variables have come by themselves, those count. */
export function unpackVariables(env: NodeJS.ProcessEnv): void {
  const text = env[CARRIER];
  if (text === undefined) return;
  delete env[CARRIER];
  if (!env[PRELOAD_ENV.endpoint]) Object.assign(env, JSON.parse(text));
}
