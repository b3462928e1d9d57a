import { describe, expect, it } from 'vitest';
import { parseStatus } from '../../../src/host/debug/gitStatus';
import { Runs, type RunStore } from '../../../src/host/debug/runs';
import { describeRuns, runText, timeText } from '../../../src/host/debug/runText';
import { hoverText } from '../../../src/host/lines/hoverText';
import type { RunId } from '../../../src/model/ids';
import { durations, lineStats } from './samples';

function store(): RunStore & { readonly values: Map<string, unknown> } {
  const values = new Map<string, unknown>();
  return { values, get: (key) => values.get(key), update: async (key, value) => void values.set(key, value) };
}

const NOON = new Date(2026, 10, 21, 12, 0).getTime();
const HOUR = 60 * 60 * 1000;

describe('the runs of a folder', () => {
  it('are known to the next window', () => {
    const kept = store();
    const { run } = new Runs(kept).next('Shop');
    expect(new Runs(kept).get(run)).toMatchObject({ name: 'Shop' });
  });

  it('learn how they ended, and of what they were made', () => {
    const runs = new Runs(store());
    const { run } = runs.next('Shop');
    runs.note(run, { source: { commit: 'abc1234', changedFiles: 3 } });
    runs.note(run, { exitCode: 1 });
    expect(runs.get(run)).toMatchObject({ exitCode: 1, source: { changedFiles: 3 } });
    runs.note('unknown' as RunId, { exitCode: 1 });
    expect(runs.get('unknown' as RunId)).toBeUndefined();
  });

  it('are forgotten one by one, the oldest first', () => {
    const kept = store();
    const runs = new Runs(kept);
    const first = runs.next('Shop').run;
    const ids = Array.from({ length: 100 }, () => runs.next('Shop').run);
    expect([runs.get(first), runs.get(ids[0])?.run]).toEqual([undefined, ids[0]]);
    expect(kept.values.get('spanline.runs')).toHaveLength(100);
  });

  it('survive a store that holds something else', () => {
    const kept = store();
    kept.values.set('spanline.runs', [{ run: 1 }, null, 'x']);
    expect(new Runs(kept).startedAt('x' as RunId)).toBeUndefined();
  });
});

describe('a run in words', () => {
  const record = { run: 'r' as RunId, name: 'Shop', startedAt: NOON };

  it('names commit, changes, time and a bad end', () => {
    const source = { commit: 'abc1234', changedFiles: 3 };
    expect(runText({ ...record, source, exitCode: 2 }, NOON)).toBe('abc1234, 3 files changed, 12:00, exit code 2');
    expect(runText({ ...record, source: { ...source, changedFiles: 0 }, exitCode: 0 }, NOON)).toBe(
      'abc1234, nothing changed, 12:00',
    );
  });

  it('names the time alone outside a repository', () => {
    expect(runText(record, NOON)).toBe('12:00');
  });

  it('says of older ones on which day they were', () => {
    expect(timeText(NOON - 13 * HOUR, NOON)).toBe('yesterday 23:00');
    expect(timeText(NOON - 5 * 24 * HOUR, NOON)).toBe('16 Nov 12:00');
  });

  it('stands in the hover where there are two to tell apart', () => {
    const runs = new Runs(store());
    const [before, now] = [runs.next('Shop').run, runs.next('Shop').run];
    runs.note(before, { source: { commit: 'abc1234', changedFiles: 1 } });
    const stats = lineStats({ run: now, previous: durations(), previousRun: before });
    expect(hoverText(stats, '/a', describeRuns(runs))).toMatch(
      /this run: \d\d:\d\d {2}\nlast run: abc1234, 1 file changed/,
    );
    expect(hoverText(lineStats({ run: now }), '/a', describeRuns(runs))).not.toContain('this run:');
  });
});

describe('what git says of a folder', () => {
  const oid = '# branch.oid 0123456789abcdef0123456789abcdef01234567';

  it('is the commit and how many files differ, a renamed one once', () => {
    const changed = [
      '1 .M N... 100644 100644 100644 a b src/a.ts',
      '2 R. N... 100644 100644 100644 a b R100 new.ts',
      '? old.ts',
    ];
    const text = [oid, '# branch.head main', ...changed, '? untracked file.ts', ''].join('\0');
    expect(parseStatus(text)).toEqual({ commit: '0123456', changedFiles: 3 });
  });

  it('is nothing before the first commit', () => {
    expect(parseStatus('# branch.oid (initial)\0? a.ts\0')).toBeUndefined();
  });
});
