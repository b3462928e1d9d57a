import type { RunId } from '../../model/ids';
import type { RunRecord, Runs } from './runs';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What tells a run from others; undefined for one that this window's folder does not know. */
export function describeRuns(runs: Runs): (run: RunId) => string | undefined {
  return (run) => {
    const record = runs.get(run);
    return record && runText(record, Date.now());
  };
}

/** `abc1234, 3 files changed, yesterday 14:02, exit code 1`: what tells one run from another. Times in milliseconds since 1970. */
export function runText({ source, startedAt, exitCode }: RunRecord, now: number): string {
  const changes = source && (source.changedFiles === 0 ? 'nothing changed' : changedFiles(source.changedFiles));
  const exit = exitCode ? `exit code ${exitCode}` : undefined;
  return [source?.commit, changes, timeText(startedAt, now), exit].filter(Boolean).join(', ');
}

function changedFiles(count: number): string {
  return count === 1 ? '1 file changed' : `${count} files changed`;
}

/** `14:02`, `yesterday 14:02`, `3 Nov 14:02`, in the machine's time zone. */
export function timeText(ms: number, now: number): string {
  const date = new Date(ms);
  const clock = [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
  const days = Math.round((midnight(now) - midnight(ms)) / DAY_MS);
  if (days === 0) return clock;
  if (days === 1) return `yesterday ${clock}`;
  return `${date.getDate()} ${date.toLocaleString('en', { month: 'short' })} ${clock}`;
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
