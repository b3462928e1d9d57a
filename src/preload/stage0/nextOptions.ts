import { PRELOAD_ENV } from '../../protocol/preload';
import { packageFile } from './packageFile';

/** Next's own processes, which take NODE_OPTIONS apart and put them together anew for the next one. */
const NEXT = 'next';
const NEXT_FOLDER = 'dist/';
const REQUIRE = /(?:^|\s)(?:--require|-r)(?:\s+|=)("(?:[^"\\]|\\.)*"|\S+)/g;

/**
 * Next makes one option of two `--require`, by a file that has a space in its name: its processes would not start where a debugger
 * brings one as well. So they are handed on as our file alone, which loads the others by itself.
 */
export function keepOneRequire(script: string | undefined, ours: string, env: NodeJS.ProcessEnv): void {
  const options = env.NODE_OPTIONS;
  if (!options || !isNext(script)) return;
  const others: string[] = [];
  const kept = options.replace(REQUIRE, (option, quoted: string) => {
    const path = quoted.startsWith('"') ? (JSON.parse(quoted) as string) : quoted;
    if (plain(path) === plain(ours)) return option;
    others.push(path);
    return '';
  });
  if (others.length === 0 || kept.search(REQUIRE) < 0) return;
  env[PRELOAD_ENV.others] = JSON.stringify(others);
  env.NODE_OPTIONS = kept.trim();
}

function isNext(script: string | undefined): boolean {
  const file = script === undefined ? undefined : packageFile(script);
  return file !== undefined && file.packageName === NEXT && file.path.indexOf(NEXT_FOLDER) === 0;
}

/** Windows writes a path in two ways. */
function plain(path: string): string {
  return path.replace(/\\/g, '/');
}

/** Gives the files that were left out for us to load, and puts them back into the options. */
export function leftOutRequires(env: NodeJS.ProcessEnv): string[] {
  const text = env[PRELOAD_ENV.others];
  if (text === undefined) return [];
  delete env[PRELOAD_ENV.others];
  const others = JSON.parse(text) as string[];
  env.NODE_OPTIONS = others
    .map((path) => '--require ' + JSON.stringify(path))
    .concat(env.NODE_OPTIONS || '')
    .join(' ');
  return others;
}
