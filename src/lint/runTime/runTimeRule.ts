import type { RuleMeta } from '../rule';

/** A mistake that shows when the program runs, whether or not its source gives it away. */
export interface RunTimeRule extends RuleMeta {
  /** Rules that find the same by the source alone: where one of them reports, this one does not. */
  readonly inSource: readonly string[];
}

export interface RunTimeRuleDocs {
  readonly id: string;
  /** Markdown: what goes wrong. */
  readonly why: string;
  /** Markdown: what to do about it. */
  readonly remedy: string;
  /** Markdown: from what it is told, and what is left alone. */
  readonly evidence: string;
  /** What the editor says, as an example. */
  readonly says: string;
}
