import { readFileSync } from 'node:fs';
import { MAX_TEXT } from '../lint/prefilter';
import type { RuleFinding } from '../lint/rule';
import { isForeignFile, isTestFile } from '../lint/testFiles';
import type { AnalysisSettings } from '../protocol/analysis';
import type { Engine } from './engine';
import { sourceFiles } from './sourceFiles';

export interface ScannedFile {
  readonly path: string;
  readonly text: string;
  readonly findings: readonly RuleFinding[];
  /** What held for the file. */
  readonly settings: AnalysisSettings;
}

export interface ScanOptions {
  readonly settings: AnalysisSettings;
  /** Test files are left out unless this is set. */
  readonly tests?: boolean;
  /** Syntax alone: faster, with fewer questions answered. */
  readonly untyped?: boolean;
}

/** Files whose types are asked for in one program: more would hold more memory than they save time. */
export const TYPED_TOGETHER = 100;

/** Lints every source file below a folder, or one file. Files without findings are passed over. */
export function* scan(engine: Engine, root: string, options: ScanOptions): Generator<ScannedFile> {
  const pending: Unread[] = [];
  for (const path of sourceFiles(root)) {
    const relative = path.slice(root.length + 1).replaceAll('\\', '/');
    if (isForeignFile(relative) || (!options.tests && isTestFile(relative))) continue;
    const text = readText(path);
    if (text === undefined) continue;
    const settings = engine.settingsFor(path, options.settings);
    if (!settings.enabled) continue;
    const { findings, wantsTypes } = engine.lint(path, text, settings);
    if (!wantsTypes || options.untyped) {
      if (findings.length > 0) yield { path, text, findings, settings };
      continue;
    }
    pending.push({ path, text, settings });
    if (pending.length >= TYPED_TOGETHER) yield* typed(engine, pending.splice(0));
  }
  yield* typed(engine, pending);
}

type Unread = Omit<ScannedFile, 'findings'>;

function* typed(engine: Engine, files: readonly Unread[]): Generator<ScannedFile> {
  if (files.length > 0) engine.prepareTypes(files);
  for (const file of files) {
    const { findings } = engine.lintTyped(file.path, file.text, file.settings);
    if (findings.length > 0) yield { ...file, findings };
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
