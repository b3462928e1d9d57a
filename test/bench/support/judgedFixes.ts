import { Project, type ts } from 'ts-morph';
import type { Engine } from '../../../src/analysis/engine';
import type { ScannedFile } from '../../../src/analysis/scan';
import { applyEdits } from '../../../src/lint/fixes/edits';
import type { Fix, RuleFinding } from '../../../src/lint/rule';

export interface FixFault {
  readonly path: string;
  readonly rule: string;
  readonly title: string;
  readonly what: 'breaks the syntax' | 'leaves the fault';
}

export interface FixCount {
  readonly tried: number;
  readonly faults: readonly FixFault[];
}

/** Applies every fix of every finding of a file, each by itself to the file as it was, and looks at what comes of it. */
export function tryFixes(engine: Engine, file: ScannedFile): FixCount {
  const faults: FixFault[] = [];
  let tried = 0;
  const before = syntaxErrors(file.path, file.text);
  for (const finding of file.findings)
    for (const fix of finding.fixes) {
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
  before: number,
): FixFault['what'] | undefined {
  const after = applyEdits(file.text, fix.edits);
  if (syntaxErrors(file.path, after) > before) return 'breaks the syntax';
  const alike = (findings: readonly RuleFinding[]) => findings.filter(({ rule }) => rule === finding.rule);
  const left = alike(engine.lintTyped(file.path, after, file.settings).findings);
  engine.changed(file.path);
  // One finding fewer means that the fix is not offered there again.
  return left.length >= alike(file.findings).length ? 'leaves the fault' : undefined;
}

const project = new Project({ useInMemoryFileSystem: true, skipFileDependencyResolution: true });

/** How many faults the parser sees. */
function syntaxErrors(path: string, text: string): number {
  const name = `/parsed${/\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? '.ts'}`;
  const source = project.createSourceFile(name, text, { overwrite: true }).compilerNode;
  return (source as ts.SourceFile & { readonly parseDiagnostics: readonly unknown[] }).parseDiagnostics.length;
}
