import { describe, expect, test } from 'vitest';
import { compare, share } from '../../bench/support/judgedFindings';
import { folderOf, readTable, SETS, VERDICTS } from '../../bench/support/judgedTable';
import { rules } from '../../../src/lint/index';

const table = await readTable();

describe('the table of judged findings', () => {
  test('covers at least ten repositories', () => {
    expect(table.length).toBeGreaterThanOrEqual(10);
    expect(new Set(table.map(folderOf)).size).toBe(table.length);
  });

  test.each(table.map((repository) => [repository.repository, repository] as const))(
    'names commit, place, rule, verdict and reason of each in %s',
    (_, { repository, commit, set, firstContact, judged }) => {
      expect(repository).toMatch(/^[\w.-]+\/[\w.-]+$/);
      expect(commit).toMatch(/^[0-9a-f]{40}$/);
      expect(SETS).toContain(set);
      if (firstContact) {
        const { warnings, rightWarnings, findings, right } = firstContact;
        expect([rightWarnings, right, warnings]).toEqual([
          Math.min(rightWarnings, warnings),
          Math.min(right, findings),
          Math.min(warnings, findings),
        ]);
      }
      for (const each of judged) {
        expect(each.file).toMatch(/^[^/\\].*\.[cm]?[jt]sx?$/);
        expect(each.line).toBeGreaterThan(0);
        expect(rules.get(each.rule), each.rule).toBeDefined();
        expect(VERDICTS).toContain(each.verdict);
        expect(each.reason.length).toBeGreaterThan(10);
        expect(each.reason).not.toContain('\n');
      }
      const places = judged.map(({ file, line, rule }) => `${file}:${line} ${rule}`);
      expect(new Set(places).size).toBe(places.length);
    },
  );
});

describe('comparing findings with it', () => {
  const at = (line: number) => ({ file: 'a.ts', line, rule: 'noisy-span' });
  const lines = (list: readonly { line: number }[]) => list.map(({ line }) => line);
  const judged = [
    { ...at(1), verdict: 'true' as const, reason: 'a span in a loop' },
    { ...at(2), verdict: 'false' as const, reason: 'it does wait' },
    { ...at(3), verdict: 'expected' as const, reason: 'a span in a getter' },
    { ...at(4), verdict: 'expected' as const, reason: 'a span in another getter' },
  ];

  test('tells right, wrong, new and missed ones apart', () => {
    const findings = [2, 1, 3, 9].map((line) => ({ ...at(line), confidence: 'certain' as const }));
    const { right, wrong, unjudged, missed } = compare(findings, judged);
    expect([lines(right), lines(wrong), lines(unjudged), lines(missed)]).toEqual([[1, 3], [2], [9], [4]]);
  });

  test('a hint finds what is there and is never wrong', () => {
    const findings = [1, 2, 9].map((line) => ({ ...at(line), confidence: 'possible' as const }));
    const { right, found, wrong, unjudged } = compare(findings, judged);
    expect([right, wrong, unjudged].flat()).toEqual([]);
    expect(lines(found)).toEqual([1]);
  });

  test('a share of nothing is whole', () => {
    expect([share(0, 0), share(1, 3)]).toEqual([1, 0.333]);
  });
});
