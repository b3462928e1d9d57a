import { expect, test } from 'vitest';
import { Registry } from '../../../src/base/registry';
import { silentLog } from '../../../src/base/log';
import { lintAgain, lintSource, type LintRequest } from '../../../src/lint/lintSource';
import type { Rule } from '../../../src/lint/rule';
import type { TypeFacts } from '../../../src/lint/types/typeOracle';
import { ROOT } from './harness';

const TEXT = `import { trace } from '@opentelemetry/api';
const known = make();
// spanline-disable-next-line plain -- it is meant
const unknown = make();
trace.getTracer('x').startSpan('y').end();
`;

const REQUEST: LintRequest = {
  path: `${ROOT}/main.ts`,
  text: TEXT,
  options: { wrappers: [] },
  project: {
    dependsOn: () => false,
    semconv: undefined,
    packageName: undefined,
    isEsModule: false,
    environmentFile: () => undefined,
    scripts: [],
  },
  modules: () => undefined,
  reportUnused: true,
  log: silentLog,
};

/** A rule for each of some names that a call is assigned to; `asks` of the name's value, and is content with what has a type. */
function ruleFor(id: string, names: readonly string[], asks: boolean, looks: string[]): Rule {
  return {
    id,
    title: id,
    check(context) {
      looks.push(id);
      for (const call of context.file.nodes.calls) {
        const { parent } = call;
        const name = 'name' in parent ? (parent.name as { text?: string }).text : undefined;
        if (name === undefined || !names.includes(name) || (asks && context.types.factsOf(call))) continue;
        context.report({ start: call.pos, end: call.end, message: name, confidence: 'certain' });
      }
    },
  };
}

const lookAt = (answer: (text: string) => TypeFacts | undefined) => {
  const looks: string[] = [];
  const rules = new Registry<Rule>('rule', [
    ruleFor('answered', ['known'], true, looks),
    ruleFor('unanswered', ['unknown'], true, looks),
    ruleFor('plain', ['known', 'unknown'], false, looks),
  ]);
  const first = lintSource(rules, REQUEST);
  const again = lintAgain(rules, first.pass!, { factsOf: (node) => answer(node.parent.getText()) });
  const shown = ({ findings }: typeof first) =>
    findings.map(({ rule, message, provisional }) => `${rule}: ${message}${provisional ? '?' : ''}`);
  return { looks, first: shown(first), again: shown(again) };
};

test('with types only those rules look again whose questions are answered, and all of it is settled', () => {
  const { looks, first, again } = lookAt((text) => (text.startsWith('known') ? { primitive: 'string' } : undefined));
  expect(first).toEqual(['answered: known?', 'plain: known', 'unanswered: unknown?']);
  expect(again).toEqual(['plain: known', 'unanswered: unknown']);
  expect(looks).toEqual(['answered', 'unanswered', 'plain', 'answered']);
});

test('where types know nothing no rule looks again, and a comment that suppressed something is still of use', () => {
  const { looks, again } = lookAt(() => undefined);
  expect(again).toEqual(['answered: known', 'plain: known', 'unanswered: unknown']);
  expect(looks).toHaveLength(3);
});
