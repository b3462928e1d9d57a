import type { SourceState } from './runs';

const ABBREVIATED = 7;

/** Reads `git status --porcelain=v2 --branch -z`; undefined in a repository without a commit. */
export function parseStatus(output: string): SourceState | undefined {
  let commit: string | undefined;
  let changedFiles = 0;
  const entries = output.split('\0');
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    const oid = /^# branch\.oid ([0-9a-f]{7,})$/.exec(entry);
    if (oid) commit = oid[1].slice(0, ABBREVIATED);
    if (/^[12u?] /.test(entry)) changedFiles++;
    // A renamed file's old path is an entry of its own.
    if (entry.startsWith('2 ')) i++;
  }
  return commit === undefined ? undefined : { commit, changedFiles };
}
