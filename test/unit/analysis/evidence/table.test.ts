import { describe, expect, it } from 'vitest';
import { runTimeFindings } from '../../../../src/analysis/evidence/runTimeFindings';
import { ruleEvidence, setupEvidence } from '../../../../src/analysis/evidence/table';
import type { FindingSite } from '../../../../src/lint/findingSite';
import { rules } from '../../../../src/lint/index';
import type { ProgramEvidence } from '../../../../src/model/lineEvidence';
import { runTimeDocs } from '../../../../src/lint/runTime/docs';
import { runTimeRules } from '../../../../src/lint/runTime/index';
import { lineEvidence, type LineMembers, redaction } from './lines';

function says(rule: string, line: LineMembers, site: Partial<FindingSite> = {}): string | undefined {
  const whole: FindingSite = { lines: [1], head: { from: 1, to: 1 }, part: 'arguments', ...site };
  const verdict = ruleEvidence.get(rule)!.judge(lineEvidence(line), whole);
  return verdict && `${verdict.outcome}: ${verdict.text}`;
}

describe('What the run time says of a finding', () => {
  it('is asked of rules that there are', () => {
    expect([...ruleEvidence, ...setupEvidence].filter(({ id }) => !rules.get(id))).toEqual([]);
  });

  it('counts executions that became roots', () => {
    const site = { part: 'arguments' } as const;
    expect(says('context-dropped', { roots: 14 }, site)).toBe(
      'proven: At run time: 14 of 14 executions became root spans.',
    );
    expect(says('context-dropped', { roots: 0 }, site)).toBe(
      'unseen: Not seen at run time: each of 14 executions has its parent or a link.',
    );
    expect(says('missing-propagation', { roots: 1, count: 5000 }, site)).toBe(
      'proven: At run time: 1 of 5,000 executions became root spans.',
    );
    expect(says('missing-propagation', { roots: 5 }, { part: 'use' })).toBeUndefined();
  });

  it('asks a span that is not made active for what came below it', () => {
    const site = { part: 'callee' } as const;
    expect(says('context-dropped', { roots: 14 }, site)).toBe(
      'proven: At run time: no span came below this one in 14 executions.',
    );
    expect(says('context-dropped', { count: 5000, sample: { withChildren: 30 } }, site)).toBe(
      'unseen: Not seen at run time: spans came below this one in 30 of the newest 32 of 5,000 executions.',
    );
  });

  it('counts names, in the run and in all', () => {
    const names = { count: 4812 };
    expect(says('span-name-high-cardinality', { count: 5000, names })).toBe(
      'proven: At run time: this line produced 4,812 distinct names in 5,000 executions.',
    );
    const everyRun = { count: 90_000, names: { count: 50_000, more: true } };
    expect(says('span-name-high-cardinality', { count: 5000, names, everyRun })).toBe(
      'proven: At run time: this line produced 4,812 distinct names in 5,000 executions; more than 50,000 distinct names in 90,000 executions over all runs held.',
    );
    expect(says('span-name-high-cardinality', { count: 340, names: { count: 2 } })).toBe(
      'unseen: Not seen at run time: this line produced 2 distinct names in 340 executions.',
    );
    expect(says('span-name-high-cardinality', { count: 340, names: { count: 12 } })).toBeUndefined();
    expect(says('span-name-high-cardinality', { count: 4, names: { count: 4 } })).toBeUndefined();
    expect(says('span-name-high-cardinality', { count: 12, names: { count: 6 } })).toBeUndefined();
    expect(says('span-name-high-cardinality', { count: 12, names: { count: 12 } })).toContain(
      '12 distinct names in 12',
    );
  });

  it('tells spans that never ended from those of which it is not known yet', () => {
    expect(says('span-not-ended', { count: 0, neverEnded: 3 })).toBe('proven: At run time: 3 of 3 spans never ended.');
    const unseen = 'unseen: Not seen at run time: all 14 spans of this line ended.';
    expect(says('span-not-ended', {})).toBe(unseen);
    expect(says('span-not-ended-on-all-paths', {})).toBeUndefined();
    expect(says('span-not-ended-on-all-paths', { endsKnown: true })).toBe(unseen);
  });

  it('sees work that goes on after the span', () => {
    expect(says('floating-span-promise', { sample: { withChildren: 12, outlived: 9, outlivedBy: 120e6 } })).toBe(
      'proven: At run time: in 9 of 14 executions work below went on after the span had ended, by up to 120 ms.',
    );
    expect(says('floating-span-promise', { sample: { withChildren: 12 } })).toBe(
      'unseen: Not seen at run time: in 14 executions nothing below ended after the span.',
    );
    expect(says('floating-span-promise', {})).toBeUndefined();
  });

  it('sees failures that the span does not tell of; that there was none proves nothing', () => {
    expect(says('error-not-recorded', { sample: { failedBelow: 3 } }, { part: 'use' })).toBe(
      'proven: At run time: in 3 of 14 executions a span below failed and this one says that all went well.',
    );
    expect(says('error-not-recorded', { sample: { silentExceptions: 1 } })).toContain('holds an exception');
    expect(says('error-not-recorded', {})).toBeUndefined();
  });

  it('says what was masked, of the attribute that is meant', () => {
    const redactions = [redaction({}), redaction({ key: 'other', count: 7 })];
    expect(says('secret-attribute', { redactions }, { key: 'db.password' })).toBe(
      'proven: At run time: masked here 212 times (password in "db.password").',
    );
    expect(says('secret-attribute', { redactions })).toContain('masked here 219 times');
    expect(says('secret-attribute', { redactions }, { key: 'db' })).toContain('212');
    expect(says('pii-attribute', { redactions })).toBeUndefined();
    const kept = [redaction({ kind: 'personal', pattern: 'e-mail address', key: 'customer', masked: false, count: 1 })];
    expect(says('pii-attribute', { redactions: kept }, { key: 'customer' })).toBe(
      'proven: At run time: seen here as it was sent (e-mail address in "customer").',
    );
  });

  it('counts the attribute of an old name, which moves no level', () => {
    expect(says('deprecated-semconv', { sample: { keys: { 'http.method': 14 } } }, { key: 'http.method' })).toBe(
      'seen: At run time: "http.method" came in 14 of 14 executions.',
    );
    expect(says('attribute-misplaced', {}, { key: 'service.name' })).toBeUndefined();
  });

  it('tells many short spans from a few, or from long ones', () => {
    expect(says('noisy-span', { count: 800, p50: 3000, sample: { mostInTrace: 400 } })).toBe(
      'proven: At run time: up to 400 spans of this line in one trace, half of them 3 µs or shorter.',
    );
    expect(says('noisy-span', { p50: 14e6, sample: { mostInTrace: 200 } })).toBe(
      'unseen: Not seen at run time: half of 14 spans of this line took 14 ms or longer.',
    );
    expect(says('noisy-span', { p50: 3000, sample: { mostInTrace: 2 } })).toBeUndefined();
  });
});

describe('What the run time says of the setup of a program', () => {
  const says = (rule: string, program: Partial<ProgramEvidence>, code = ''): string | undefined =>
    setupEvidence.get(rule)!.judge({ services: [], scopes: [], latest: 0, ...program }, code)?.text;

  it('is the name that its spans came under', () => {
    expect(says('missing-service-name', { services: ['shop', 'unknown_service:node'] })).toBe(
      'At run time: spans came as "unknown_service:node".',
    );
    expect(says('missing-service-name', { services: ['shop'] })).toBe('Not seen at run time: spans came as "shop".');
    expect(says('missing-service-name', {})).toBeUndefined();
  });

  it('is that a library was instrumented after all', () => {
    const scopes = ['@opentelemetry/instrumentation-express', 'shop'];
    expect(says('sdk-loaded-late', { scopes }, "import express from 'express'")).toBe(
      'Not seen at run time: spans of @opentelemetry/instrumentation-express came.',
    );
    expect(says('sdk-loaded-late', { scopes }, "import pg from 'pg'")).toBeUndefined();
  });
});

describe('What shows at run time alone', () => {
  const nowhere = () => false;
  const found = (line: LineMembers, isInSource = nowhere as (rules: readonly string[]) => boolean) =>
    runTimeFindings(lineEvidence(line), isInSource).map(({ rule, message }) => `${rule}: ${message}`);

  it('is nothing of a line whose spans are as they should be', () => expect(found({})).toEqual([]));

  it('has a page for each rule, and names rules that there are', () => {
    for (const { id, inSource } of runTimeRules) {
      expect(runTimeDocs.get(id)).toBeDefined();
      expect(inSource.filter((rule) => !rules.get(rule))).toEqual([]);
    }
  });

  const ALL: readonly (readonly [string, LineMembers])[] = [
    ['span-name-explosion: This line produced 4,812 distinct names in 5,000 executions. Give', { count: 5000, names: { count: 4812 } }], // prettier-ignore
    ['context-lost: 8 of 9 spans that began here became traces of their own while "GET /orders"', { contextLoss: { roots: 9, inside: 8, operation: 'GET /orders' } }], // prettier-ignore
    ['parent-missing: In 12 of 14 executions the span\'s parent never arrived.', { sample: { parentMissing: 12 } }], // prettier-ignore
    ['span-left-open: 5 of 19 spans never ended.', { neverEnded: 5 }],
    ['error-not-marked: In 2 of 14 executions the span holds an exception', { sample: { silentExceptions: 2 } }],
    ['repeated-call: This line made 240 calls under one "GET /orders", one after another: 1.2 s of its 1.4 s. Ask', { sample: { repeated: { count: 240, under: 'GET /orders', busy: 12e8, parentTook: 14e8, inTurn: true } } }], // prettier-ignore
    ['secret-sent: Masked here 212 times (password in "db.password").', { redactions: [redaction({})] }],
    ['personal-data-sent: Personal data: seen here as it was sent (e-mail address).', { redactions: [redaction({ kind: 'personal', pattern: 'e-mail address', key: '', masked: false })] }], // prettier-ignore
  ];

  it.each(ALL)('says %s…', (text, line) => {
    const [message, ...others] = found(line);
    expect(message).toContain(text);
    expect(others).toEqual([]);
  });

  it('tells calls that overlap, of which not all were seen, and that take little of their parent', () => {
    const repeated = { count: 1990, more: true, under: 'job', busy: 1e8, parentTook: 14e8, inTurn: false };
    expect(found({ sample: { repeated } })).toEqual([
      'repeated-call: This line made at least 1,990 calls under one "job". Ask for all at once, or for a few at a time.',
    ]);
  });

  it('has an example for each rule', () => {
    expect(ALL.map(([text]) => text.split(':')[0]).sort()).toEqual([...runTimeRules].map(({ id }) => id).sort());
  });

  it('is not said where the source gives it away', () => {
    for (const [, line] of ALL) expect(found(line, () => true)).toEqual([]);
  });

  it('keeps still about a few', () => {
    expect(found({ count: 12, names: { count: 12 } })).toEqual([]);
    expect(found({ neverEnded: 2, sample: { parentMissing: 2 } })).toEqual([]);
  });
});
