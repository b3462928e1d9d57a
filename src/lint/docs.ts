import type { Confidence } from './rule';

/**
 * A program that shows what a rule finds. Ranges that the rule must report stand between `«` and `»`; an example without marks must
 * give no finding of that rule. The examples are the rule's tests and the body of its page.
 */
export interface RuleExample {
  /** What it shows, as a sentence without a full stop. */
  readonly name: string;
  readonly code: string;
  readonly language?: 'ts' | 'tsx' | 'js';
  /** Of every marked range; `certain` when left out. */
  readonly confidence?: Confidence;
  /** Text that the first finding's message must hold. */
  readonly says?: string;
  /** The program after each named fix of the first finding. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** Kept out of the page: of interest to the test alone. */
  readonly hidden?: boolean;
  /** Files beside it, by relative path: modules, package.json, .env. */
  readonly files?: Readonly<Record<string, string>>;
  /** Needs the types of the project; run with the typed pass. */
  readonly typed?: boolean;
  /** Settings: functions that wrap span creation. */
  readonly wrappers?: readonly string[];
}

export interface RuleDocs {
  readonly id: string;
  /** Markdown: what goes wrong at run time. */
  readonly why: string;
  /** Markdown: what to do instead. */
  readonly remedy: string;
  /** Markdown: what it leaves alone and why. */
  readonly leavesAlone?: string;
  readonly examples: readonly RuleExample[];
}
