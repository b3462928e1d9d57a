import { describe, expect, test } from 'vitest';
import { ruleDocs } from '../../../src/lint/docPages';
import type { RuleExample } from '../../../src/lint/docs';
import { applyEdits } from '../../../src/lint/fixes/edits';
import { ts } from '../../../src/lint/ts';
import { safeEdits } from '../../../src/analysis/codeActions';
import { lintText, unmark } from './harness';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts'],
  types: [],
  strict: true,
  allowJs: true,
  checkJs: true,
  skipLibCheck: true,
  noEmit: true,
};

const host = ts.createCompilerHost(OPTIONS);
host.getDefaultLibLocation = () => `${process.cwd()}/node_modules/typescript/lib`;
host.getDefaultLibFileName = () => `${process.cwd()}/node_modules/typescript/lib/lib.es2023.d.ts`;
const onDisk = host.getSourceFile.bind(host);
const exists = host.fileExists.bind(host);
const read = new Map<string, ts.SourceFile | undefined>();
let program: ts.Program | undefined;

/** Messages of the checker, without the places, for one file beside the packages that are installed here. */
function typeErrors(name: string, text: string): string[] {
  const path = `${process.cwd()}/${name}`;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  host.getSourceFile = (file, ...rest) => {
    if (file === path) return source;
    if (!read.has(file)) read.set(file, onDisk(file, ...rest));
    return read.get(file);
  };
  host.fileExists = (file) => file === path || exists(file);
  program = ts.createProgram([path], OPTIONS, host, program);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
    .filter((message) => !/Cannot find (name|module)|is declared but|could not be found/.test(message));
}

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
    return findings.some(({ fixes }) => fixes.length > 0) ? [{ docs, example, code, findings }] : [];
  }),
);

describe('fixes', () => {
  for (const { docs, example, code, findings } of fixed) {
    test(`no fix brings a type error or loses a comment: ${docs.id}: ${example.name}`, () => {
      const before = new Set(typeErrors(pathOf(example), code));
      for (const { fixes } of findings)
        for (const { title, edits } of fixes) {
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
  const after = applyEdits(code, finding.fixes[0].edits);
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
  expect(applyEdits(code, finding.fixes[0].edits)).toContain(
    '\ttry {\n\t\tconst row = await query(id);\n\t\treturn row;\n\t} finally {\n\t\tspan.end();\n\t}\n',
  );
});
