import { expect, test } from 'vitest';
import { ScannedFiles } from '../../../src/analysis/evidence/scannedFiles';
import { logTo } from '../../../src/base/log';
import { Registry } from '../../../src/base/registry';
import { lintSource } from '../../../src/lint/lintSource';
import type { Fix, Rule } from '../../../src/lint/rule';
import { requestFor, ROOT } from './harness';

const TEXT = "import { trace } from '@opentelemetry/api';\ntrace.getTracer('x').startSpan('y').end();\n";

const FIX: Fix = { title: 'mend', edits: [{ start: 0, end: 0, text: '' }], safe: true };

/** What one rule finds that offers `fixes`, and what is logged from then on. */
function foundWith(fixes: () => readonly Fix[]) {
  const logged: string[] = [];
  const log = logTo((_, message) => void logged.push(message));
  const rule: Rule = {
    id: 'one',
    title: 'one',
    check: (context) => context.report({ start: 0, end: 6, message: 'fault', confidence: 'certain', fixes }),
  };
  const path = `${ROOT}/main.ts`;
  const { findings } = lintSource(new Registry<Rule>('rule', [rule]), { ...requestFor(path, TEXT, {}), log });
  return { path, findings, logged };
}

test('fixes are made when they are asked for, and not before', () => {
  let made = 0;
  const { findings } = foundWith(() => {
    made++;
    return [FIX];
  });
  expect(findings).toHaveLength(1);
  expect(made).toBe(0);
  expect(findings[0].fixes()).toEqual([FIX]);
});

test('a fix that cannot be made costs that fix alone, and the log says so', () => {
  const { findings, logged } = foundWith(() => {
    throw new Error('no place for it');
  });
  expect(logged).toEqual([]);
  expect(findings[0].fixes()).toEqual([]);
  expect(logged).toEqual([expect.stringMatching(/one.*main\.ts.*no place for it/)]);
});

test('what is held of files that are not open does not hold their parse', () => {
  const { path, findings } = foundWith(() => [FIX]);
  const files = new ScannedFiles({ of: () => ({ lines: [] }), watch: () => {} });
  const settings = { enabled: true, rules: {}, wrappers: [], evidence: true };
  files.note('file:///main.ts', { path, text: TEXT, settings, findings, suppressed: [] });
  const held = files.known('file:///main.ts')?.findings;
  expect(held).toHaveLength(1);
  expect(held?.[0].fixes()).toEqual([]);
});
