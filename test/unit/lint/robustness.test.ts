import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ruleDocs } from '../../../src/lint/docPages';
import type { RuleExample } from '../../../src/lint/docs';
import { lintText, unmark } from './harness';

// A rule that throws is logged as an error, and the log of the harness throws.

const examples: readonly RuleExample[] = [...ruleDocs].flatMap((docs) => docs.examples);
const programs = examples.map((example) => ({ example, code: unmark(example.code).code }));

function lint(example: RuleExample, code: string) {
  return lintText(code, { path: `main.${example.language ?? 'ts'}`, files: example.files, wrappers: example.wrappers });
}

describe('every rule on every example', () => {
  test('survives the file being typed, character by character', () => {
    for (const { example, code } of programs)
      for (let end = 0; end < code.length; end += 7) lint(example, code.slice(0, end));
  }, 60_000);

  test('survives lines that go missing', () => {
    for (const { example, code } of programs) {
      const lines = code.split('\n');
      for (let at = 0; at < lines.length; at++) lint(example, lines.toSpliced(at, 1).join('\n'));
    }
  }, 60_000);
});

test('any change of a program is survived, and findings stay inside the text', () => {
  const change = fc.record({
    program: fc.integer({ min: 0, max: programs.length - 1 }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 0, max: 40 }),
    text: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        '}',
        '{',
        '`',
        '${',
        "'",
        '(',
        ')',
        '=>',
        'await ',
        'span.',
        'return ',
        '...',
        '[',
        ']',
        '/*',
        '\\',
        '?.',
        ';',
      ),
    ),
  });
  fc.assert(
    fc.property(change, ({ program, at, length, text }) => {
      const { example, code } = programs[program];
      const from = Math.floor(at * code.length);
      const changed = code.slice(0, from) + text + code.slice(from + length);
      for (const { start, end, fixes } of lint(example, changed).findings) {
        expect(start).toBeLessThan(end);
        expect(end).toBeLessThanOrEqual(changed.length);
        for (const edit of fixes().flatMap((fix) => fix.edits)) {
          expect(edit.start).toBeLessThanOrEqual(edit.end);
          expect(edit.end).toBeLessThanOrEqual(changed.length);
        }
      }
    }),
    { numRuns: 1500 },
  );
}, 60_000);

test('text that is no program has no findings', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(lintText(`// opentelemetry\n/*${text.replaceAll('*/', '')}*/`).findings).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('nesting beyond what recursion bears is survived', () => {
  const chain = `import { trace } from '@opentelemetry/api';\nconst tracer = trace.getTracer('x');\nexport const name = ${"'a' + ".repeat(3000)}'b';\ntracer.startSpan(name);\n`;
  lintText(chain);
  const nested = `import { trace } from '@opentelemetry/api';\nconst tracer = trace.getTracer('x');\nfunction f(){ const span = tracer.startSpan('a'); ${'if (a) {'.repeat(400)} span.end(); ${'}'.repeat(400)} }`;
  lintText(nested);
});

// Patterns that take the square of a word's length would take hours for these.
test.each([
  ['one letter', (n: number) => 'a'.repeat(n)],
  ['digits', (n: number) => '1'.repeat(n)],
  ['digits and blanks', (n: number) => '1 '.repeat(n / 2)],
  ['capitals', (n: number) => 'GB12'.repeat(n / 4)],
  ['an e-mail without an end', (n: number) => `@${'a.'.repeat(n / 2)}@`],
  ['dashes', (n: number) => '-----BEGIN '.repeat(n / 11)],
  ['half a token', (n: number) => 'eyJ'.repeat(n / 3)],
  ['slashes', (n: number) => '/{a'.repeat(n / 3)],
  ['an address', (n: number) => `https://${'a:'.repeat(n / 2)}`],
])('long texts are read: %s', (_, textOf) => {
  const text = textOf(180_000);
  const code = `import { trace } from '@opentelemetry/api';
    trace.getTracer('t').startActiveSpan('${text}', (span) => {
      span.setAttribute('${text}', '${text}');
      span.setAttribute('user.note', \`${text}\`);
      fetch('${text}');
      span.end();
    });`;
  expect(lintText(code).findings.length).toBeGreaterThanOrEqual(0);
});
