import { describe, expect, test } from 'vitest';
import { ruleDocs } from '../../../src/lint/docPages';
import type { RuleExample } from '../../../src/lint/docs';
import { applyEdits } from '../../../src/lint/fixes/edits';
import { rules } from '../../../src/lint/index';
import type { RuleFinding } from '../../../src/lint/rule';
import { ts } from '../../../src/lint/ts';
import { lintText, mark, unmark } from './harness';

const pathOf = (example: RuleExample) => `main.${example.language ?? 'ts'}`;

function lint(rule: string, example: RuleExample, code: string) {
  return lintText(code, { rule, path: pathOf(example), files: example.files, wrappers: example.wrappers });
}

function fixOf(finding: RuleFinding, title: string) {
  const fix = finding.fixes().find((each) => each.title === title);
  if (!fix)
    throw new Error(
      `There is no fix "${title}", but: ${finding
        .fixes()
        .map((each) => each.title)
        .join(' | ')}`,
    );
  return fix;
}

function syntaxErrors(path: string, text: string): string[] {
  const { diagnostics } = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { allowJs: true },
  });
  return (diagnostics ?? []).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

test('every rule has a page and every page a rule', () => {
  expect([...ruleDocs].map(({ id }) => id).sort()).toEqual([...rules].map(({ id }) => id).sort());
});

for (const docs of ruleDocs)
  describe(docs.id, () => {
    test('shows at least one program with findings and one without', () => {
      const marked = docs.examples.filter(({ code }) => code.includes('«'));
      expect(marked.length).toBeGreaterThan(0);
      expect(marked.length).toBeLessThan(docs.examples.length);
    });

    for (const example of docs.examples) {
      if (example.typed) continue;
      const { code } = unmark(example.code);
      test(`finds what is marked: ${example.name}`, () => {
        expect(syntaxErrors(pathOf(example), code)).toEqual([]);
        const { findings } = lint(docs.id, example, code);
        expect(mark(code, findings)).toBe(example.code);
        if (!example.code.includes('«')) return;
        expect(new Set(findings.map(({ confidence }) => confidence))).toEqual(
          new Set([example.confidence ?? 'certain']),
        );
        if (example.says !== undefined) expect(findings[0].message).toContain(example.says);
      });

      for (const [title, fixed] of Object.entries(example.fixed ?? {}))
        test(`fixes it: ${example.name}: ${title}`, () => {
          const [first] = lint(docs.id, example, code).findings;
          const after = applyEdits(code, fixOf(first, title).edits);
          expect(after).toBe(fixed);
          expect(syntaxErrors(pathOf(example), after)).toEqual([]);
        });

      test(`each fix leaves the file sound and the fault gone: ${example.name}`, () => {
        for (const finding of lint(docs.id, example, code).findings)
          for (const fix of finding.fixes()) {
            const after = applyEdits(code, fix.edits);
            expect(syntaxErrors(pathOf(example), after)).toEqual([]);
            const before = lint(docs.id, example, code).findings.length;
            expect(lint(docs.id, example, after).findings.length).toBeLessThan(before);
          }
      });
    }
  });
