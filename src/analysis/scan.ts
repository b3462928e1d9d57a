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

/** Neighbouring files that are looked at one after the other, by one thread. */
export interface ScanUnit {
  readonly paths: readonly string[];
  /** Under what the projects of the files set. */
  readonly settings: AnalysisSettings;
}

export interface StepOptions {
  /** Syntax alone: faster, with fewer questions answered. */
  readonly untyped?: boolean;
  /** How many files share a program; fewer make shorter stretches of work. */
  readonly together?: number;
  /** Hears of each file right before it is looked at; undefined before types are prepared, which is done for several at once. */
  readonly looking?: (path: string | undefined) => void;
}

interface ScanOptions extends StepOptions {
  readonly settings: AnalysisSettings;
  /** Test files are left out unless this is set. */
  readonly tests?: boolean;
}

/** Files whose types are asked for in one program: more would hold more memory than they save time. */
export const TYPED_TOGETHER = 100;

const LARGEST_UNIT = 400;
const SMALLEST_UNIT = 100;
/** Of what is left, a unit takes one in so many. */
const UNIT_SHARE = 4;

/**
 * Large units first, since files that are looked at together share what was read for them; small ones last, so that threads end
 * together. What is known of a file can hang on which others are with it, so the list of files alone decides, and not who looks at them.
 */
export function unitsOf(paths: readonly string[], settings: AnalysisSettings): ScanUnit[] {
  const units: ScanUnit[] = [];
  for (let from = 0; from < paths.length;) {
    const share = Math.ceil((paths.length - from) / UNIT_SHARE);
    const to = from + Math.min(LARGEST_UNIT, Math.max(SMALLEST_UNIT, share));
    units.push({ paths: paths.slice(from, to), settings });
    from = to;
  }
  return units;
}

/** Lints every source file below a folder, or one file. Files of which nothing is to be told are passed over. */
export function* scan(engine: Engine, root: string, options: ScanOptions): Generator<ScannedFile> {
  for (const unit of unitsOf([...filesOf(root, options)], options.settings))
    for (const { scanned } of scanSteps(engine, unit, options)) if (scanned && tells(scanned)) yield scanned;
}

/** Something was found in the file, shown or held back. */
export function tells({ findings, suppressed }: Pick<ScannedFile, 'findings' | 'suppressed'>): boolean {
  return findings.length + suppressed.length > 0;
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
export function* scanSteps(engine: Engine, unit: ScanUnit, options: StepOptions = {}): Generator<ScanStep> {
  const pending: Unread[] = [];
  for (const path of unit.paths) {
    options.looking?.(path);
    const settings = engine.settingsFor(path, unit.settings);
    const text = settings.enabled ? readText(path) : undefined;
    const linted = text === undefined ? undefined : engine.lint(path, text, settings);
    if (text === undefined || !linted) yield { finished: 1 };
    else if (linted.wantsTypes && !options.untyped) {
      pending.push({ path, text, settings });
      yield { finished: 0 };
      if (pending.length >= (options.together ?? TYPED_TOGETHER)) yield* typed(engine, pending.splice(0), options);
    } else {
      const { findings, suppressed } = linted;
      yield { finished: 1, scanned: { path, text, settings, findings, suppressed } };
    }
  }
  yield* typed(engine, pending, options);
}

type Unread = Omit<ScannedFile, 'findings' | 'suppressed'>;

function* typed(engine: Engine, files: readonly Unread[], { looking }: StepOptions): Generator<ScanStep> {
  looking?.(undefined);
  if (files.length > 0) engine.prepareTypes(files);
  for (const file of files) {
    looking?.(file.path);
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
