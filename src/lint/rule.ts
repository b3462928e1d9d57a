import type { Confidence } from '../model/sourceLocation';
import type { FindingSite } from './findingSite';
import type { FileModel } from './model';
import type { AttributeWrite } from './otel/attributeWrites';
import type { SpanStart } from './otel/spanStarts';
import type { SemconvTable } from './semconv/table';
import type { TypeOracle } from './types/typeOracle';

export type { Confidence } from '../model/sourceLocation';

/** UTF-16 offsets into the file's text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface TextEdit extends TextRange {
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** Fix-all may apply it: the program does the same as before, apart from the fault. */
  readonly safe: boolean;
}

/** A second place that explains the finding, such as where the value came from. */
export interface RelatedPlace extends TextRange {
  readonly message: string;
}

export interface Finding extends TextRange {
  /** Names the fault, the value and the remedy. */
  readonly message: string;
  readonly confidence: Confidence;
  /** Made when they are asked for, which most findings never are. They hold on to the parsed file. */
  readonly fixes?: () => readonly Fix[];
  readonly related?: readonly RelatedPlace[];
  /** Findings of the rule in one file that have the same text here say the same: they are told as one. */
  readonly once?: string;
  /** The code it covers has no use (shown faded) or is outdated (shown struck out). */
  readonly tag?: 'unnecessary' | 'deprecated';
}

export interface RuleMeta {
  readonly id: string;
  /** One line, for lists and for the top of the rule's page. */
  readonly title: string;
}

/** One kind of mistake. A rule is one file plus one line in `index.ts`; what it says about itself is in `<rule>.docs.ts`. */
export interface Rule extends RuleMeta {
  /** Reports what it finds in one file. Called again on every change of the file; keeps nothing between calls. */
  check(context: LintContext): void;
}

/** A finding as `lintSource` returns it. */
export interface RuleFinding extends Finding {
  readonly rule: string;
  readonly fixes: () => readonly Fix[];
  /** Types were asked for and were not at hand: a pass with types may take it back. */
  readonly provisional: boolean;
  /** The call that makes the span it is about, where that is known and was asked for. */
  readonly site?: FindingSite;
}

export const NO_FIXES = (): readonly Fix[] => [];

/** What a rule may look at. */
export interface LintContext {
  readonly file: FileModel;
  readonly types: TypeOracle;
  readonly project: ProjectFacts;
  readonly options: LintOptions;
  /** Spans that the file starts, in source order. */
  readonly starts: readonly SpanStart[];
  /** Attributes that the file writes, in source order. */
  readonly writes: readonly AttributeWrite[];
  report(finding: Finding): void;
}

export interface LintOptions {
  /** Functions that wrap span creation: a name (`traced`) or a path (`telemetry.traced`). */
  readonly wrappers: readonly string[];
}

/** What the files around the linted one say. */
export interface ProjectFacts {
  /** Whether a package.json at or above the file names the package as a dependency of any sort. */
  dependsOn(packageName: string): boolean;
  /** The semantic conventions that the project has installed. */
  readonly semconv: SemconvTable | undefined;
  /** `name` of the nearest package.json that has one. */
  readonly packageName: string | undefined;
  /** `type` of the nearest package.json says that .js and .ts files are ES modules. */
  readonly isEsModule: boolean;
  /**
   * The file around the linted one that names a variable of the environment, relative to where it was looked for: an .env, compose,
   * container or deployment file, or a script of package.json.
   */
  environmentFile(variable: string): string | undefined;
  /** Command lines of the package's scripts. */
  readonly scripts: readonly string[];
}
