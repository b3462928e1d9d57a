import { describe, expect, test } from 'vitest';
import { ruleDocs } from '../../../src/lint/docPages';
import type { RuleExample } from '../../../src/lint/docs';
import { applyEdits } from '../../../src/lint/fixes/edits';
import { safeEdits } from '../../../src/lint/fixes/safeEdits';
import { lintText, unmark } from './harness';
import { typeErrors } from './typeErrors';

function lint(rule: string, example: RuleExample, code: string) {
  return lintText(code, { rule, path: pathOf(example), files: example.files, wrappers: example.wrappers }).findings;
}

const pathOf = (example: RuleExample) => `main.${example.language ?? 'ts'}`;

function comments(text: string): string[] {
  return [...text.matchAll(/(?<!:)\/\/[^\n]*|\/\*[^]*?\*\//g)].map(([comment]) => comment.trim()).sort();
}

const fixed = [...ruleDocs].flatMap((docs) =>
  docs.examples.flatMap((example) => {
    const { code } = unmark(example.code);
    const findings = lint(docs.id, example, code);
    return findings.some(({ fixes }) => fixes().length > 0) ? [{ docs, example, code, findings }] : [];
  }),
);

describe('fixes', () => {
  for (const { docs, example, code, findings } of fixed) {
    test(`no fix brings a type error or loses a comment: ${docs.id}: ${example.name}`, () => {
      const before = new Set(typeErrors(pathOf(example), code));
      for (const { fixes } of findings)
        for (const { title, edits } of fixes()) {
          const after = applyEdits(code, edits);
          const added = typeErrors(pathOf(example), after).filter((message) => !before.has(message));
          expect({ title, added }).toEqual({ title, added: [] });
          expect(comments(after)).toEqual(comments(code));
        }
    });

    test(`fixing all that is safe a second time changes nothing: ${docs.id}: ${example.name}`, () => {
      const once = applyEdits(code, safeEdits(findings));
      expect(applyEdits(once, safeEdits(lint(docs.id, example, once)))).toBe(once);
    });
  }
});

test('Windows line breaks stay', () => {
  const code = [
    "import { trace } from '@opentelemetry/api';",
    "const tracer = trace.getTracer('shop');",
    'export async function load(id: number) {',
    "  const span = tracer.startSpan('load');",
    '  const row = await query(id);',
    '  span.end();',
    '  return row;',
    '}',
    '',
  ].join('\r\n');
  const [finding] = lintText(code, { rule: 'span-not-ended-on-all-paths' }).findings;
  const after = applyEdits(code, finding.fixes()[0].edits);
  expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  expect(after).toContain('  try {\r\n    const row');
});

test('tabs stay tabs', () => {
  const code = `import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
export async function load(id: number) {
\tconst span = tracer.startSpan('load');
\tconst row = await query(id);
\tspan.end();
\treturn row;
}
`;
  const [finding] = lintText(code, { rule: 'span-not-ended-on-all-paths' }).findings;
  expect(applyEdits(code, finding.fixes()[0].edits)).toContain(
    '\ttry {\n\t\tconst row = await query(id);\n\t\treturn row;\n\t} finally {\n\t\tspan.end();\n\t}\n',
  );
});

describe('a name that is handed over as a property', () => {
  const traced = (key: string) => `import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
function traced({ ${key}, limit }: { ${key}: string; limit: number }, run: () => void) {
  tracer.startActiveSpan(${key}, (span) => {
    run();
    span.end(limit);
  });
}
export function load(userId: string) {
  const ${key} = \`load \${userId}\`;
  console.log(${key});
  traced({ ${key}, limit: 1 }, () => {});
}
`;
  const fixesOf = (key: string) => {
    const code = traced(key);
    const { findings } = lintText(code, { rule: 'span-name-high-cardinality' });
    expect(findings).toHaveLength(1);
    return findings[0].fixes().map(({ edits }) => applyEdits(code, edits));
  };

  test('stays that property', () => {
    const [fixed] = fixesOf('spanName');
    expect(fixed).toContain("traced({ spanName: 'load', limit: 1 }");
  });

  test('is left alone where the property is for more than the name', () => {
    expect(fixesOf('subject')).toEqual([]);
  });
});
