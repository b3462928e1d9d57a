import { readFileSync } from 'node:fs';
import { MAX_TEXT } from '../lint/prefilter';
import type { SuppressedFinding } from '../lint/lintSource';
import type { RuleFinding } from '../lint/rule';
import { isForeignFile, isTestFile } from '../lint/testFiles';
import type { AnalysisSettings } from '../protocol/analysis';
import type { Engine } from './engine';
import { isLintedFile, sourceFiles } from './sourceFiles';

export interface ScannedFile {
  readonly path: string;
  readonly text: string;
  readonly findings: readonly RuleFinding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** What held for the file. */
  readonly settings: AnalysisSettings;
}

export interface ScanOptions {
  readonly settings: AnalysisSettings;
  /** Test files are left out unless this is set. */
  readonly tests?: boolean;
  /** Syntax alone: faster, with fewer questions answered. */
  readonly untyped?: boolean;
  /** How many files share a program; fewer make shorter stretches of work. */
  readonly together?: number;
}

/** Files whose types are asked for in one program: more would hold more memory than they save time. */
export const TYPED_TOGETHER = 100;

/** Lints every source file below a folder, or one file. Files of which nothing is to be told are passed over. */
export function* scan(engine: Engine, root: string, options: ScanOptions): Generator<ScannedFile> {
  for (const step of scanSteps(engine, filesOf(root, options), options))
    if (step.scanned && step.scanned.findings.length + step.scanned.suppressed.length > 0) yield step.scanned;
}

/** Source files below a folder that are looked at; the folder itself when it is a file. */
export function* filesOf(root: string, { tests }: Pick<ScanOptions, 'tests'>): Generator<string> {
  for (const path of sourceFiles(root, isLintedFile)) {
    const relative = path.slice(root.length + 1).replaceAll('\\', '/');
    if (!isForeignFile(relative) && (tests || !isTestFile(relative))) yield path;
  }
}

export interface ScanStep {
  /** How many files are done with it: none when one was read whose types are looked at later. */
  readonly finished: number;
  readonly scanned?: ScannedFile;
}

/** Lints files, with a pause after each: who iterates decides when it goes on. */
export function* scanSteps(engine: Engine, paths: Iterable<string>, options: ScanOptions): Generator<ScanStep> {
  const pending: Unread[] = [];
  for (const path of paths) {
    const settings = engine.settingsFor(path, options.settings);
    const text = settings.enabled ? readText(path) : undefined;
    const linted = text === undefined ? undefined : engine.lint(path, text, settings);
    if (text === undefined || !linted) yield { finished: 1 };
    else if (linted.wantsTypes && !options.untyped) {
      pending.push({ path, text, settings });
      yield { finished: 0 };
      if (pending.length >= (options.together ?? TYPED_TOGETHER)) yield* typed(engine, pending.splice(0));
    } else {
      const { findings, suppressed } = linted;
      yield { finished: 1, scanned: { path, text, settings, findings, suppressed } };
    }
  }
  yield* typed(engine, pending);
}

type Unread = Omit<ScannedFile, 'findings' | 'suppressed'>;

function* typed(engine: Engine, files: readonly Unread[]): Generator<ScanStep> {
  if (files.length > 0) engine.prepareTypes(files);
  for (const file of files) {
    const { findings, suppressed } = engine.lintTyped(file.path, file.text, file.settings);
    yield { finished: 1, scanned: { ...file, findings, suppressed } };
  }
}

function readText(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length <= MAX_TEXT ? text : undefined;
  } catch {
    return undefined; // gone, or not ours to read
  }
}
