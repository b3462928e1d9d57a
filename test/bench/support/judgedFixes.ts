import { join } from 'node:path';
import { ts } from 'ts-morph';
import type { Engine } from '../../../src/analysis/engine';
import type { ScannedFile } from '../../../src/analysis/scan';
import { applyEdits } from '../../../src/lint/fixes/edits';
import type { Fix, RuleFinding } from '../../../src/lint/rule';
import { REPOSITORY } from '../../vscode/harness/paths';

export interface FixFault {
  readonly path: string;
  readonly rule: string;
  readonly title: string;
  readonly what: 'breaks the syntax' | 'brings a type error' | 'leaves the fault';
}

export interface FixCount {
  readonly tried: number;
  readonly faults: readonly FixFault[];
}

/** Applies every fix of every finding of a file, each by itself to the file as it was, and looks at what comes of it. */
export function tryFixes(engine: Engine, file: ScannedFile): FixCount {
  const faults: FixFault[] = [];
  let tried = 0;
  const before = errorsOf(file.path, file.text);
  for (const finding of file.findings)
    for (const fix of finding.fixes()) {
      tried++;
      const what = faultOf(engine, file, finding, fix, before);
      if (what) faults.push({ path: file.path, rule: finding.rule, title: fix.title, what });
    }
  return { tried, faults };
}

function faultOf(
  engine: Engine,
  file: ScannedFile,
  finding: RuleFinding,
  fix: Fix,
  before: Errors,
): FixFault['what'] | undefined {
  const after = applyEdits(file.text, fix.edits);
  const now = errorsOf(file.path, after);
  if (now.syntax > before.syntax) return 'breaks the syntax';
  if (now.types.some((message) => !before.types.includes(message))) return 'brings a type error';
  const alike = (findings: readonly RuleFinding[]) => findings.filter(({ rule }) => rule === finding.rule);
  const left = alike(engine.lintTyped(file.path, after, file.settings).findings);
  engine.changed(file.path);
  // One finding fewer means that the fix is not offered there again.
  return left.length >= alike(file.findings).length ? 'leaves the fault' : undefined;
}

interface Errors {
  readonly syntax: number;
  readonly types: readonly string[];
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  skipLibCheck: true,
  strict: true,
  allowJs: true,
  noEmit: true,
  types: [],
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  jsx: ts.JsxEmit.Preserve,
  experimentalDecorators: true,
};

const disk = ts.createCompilerHost(OPTIONS);
const libraries = new Map<string, ts.SourceFile | undefined>();
let program: ts.Program | undefined;

/**
 * What the checker says of a file by itself, beside OpenTelemetry's packages as far as they are installed here. All other imports are
 * `any`: names that are not found are no news, nor are parameters that only they would give a type.
 */
function errorsOf(path: string, text: string): Errors {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const host: ts.CompilerHost = {
    ...disk,
    resolveModuleNameLiterals: (literals) => literals.map(({ text: module }) => resolved(module)),
    getDefaultLibLocation: () => LIBRARIES,
    getDefaultLibFileName: () => join(LIBRARIES, 'lib.es2022.d.ts'),
    getSourceFile: (name, ...rest) => {
      if (name === path) return source;
      if (!libraries.has(name)) libraries.set(name, disk.getSourceFile(name, ...rest));
      return libraries.get(name);
    },
  };
  program = ts.createProgram([path], OPTIONS, host, program);
  return {
    syntax: program.getSyntacticDiagnostics(source).length,
    types: program
      .getSemanticDiagnostics(source)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
      .filter(
        (message) =>
          !/Cannot find (name|module|namespace)|implicitly has an|could not be found|is not under 'rootDir'/.test(
            message,
          ),
      ),
  };
}

const FROM_HERE = join(REPOSITORY, 'index.ts');

function resolved(module: string): ts.ResolvedModuleWithFailedLookupLocations {
  if (module.startsWith('@opentelemetry/')) return ts.resolveModuleName(module, FROM_HERE, OPTIONS, disk);
  return { resolvedModule: undefined };
}

const LIBRARIES = join(REPOSITORY, 'node_modules', 'typescript', 'lib');
