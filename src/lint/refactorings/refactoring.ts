import type { LintContext, TextEdit, TextRange } from '../rule';

/** What the user selected; empty for a mere cursor. */
export interface Selection extends TextRange {
  /** The user asked for refactorings, rather than moving the cursor: whatever is around it may be meant. */
  readonly asked: boolean;
}

/** A change on offer, or the reason why it cannot be made. */
export type Offer =
  | { readonly title: string; readonly edits: readonly TextEdit[] }
  | { readonly title: string; readonly refused: string };

/** What is offered, under its protocol's kind. */
export interface OfferedRefactoring {
  readonly kind: string;
  readonly offer: Offer;
}

/** A change of the program that no finding asks for. One file plus one line in `index.ts`. */
export interface Refactoring {
  readonly id: string;
  /** The protocol's kind of code action: `refactor.rewrite.<what>`. */
  readonly kind: string;
  /** Undefined where it makes no sense to offer it. */
  offer(context: LintContext, selection: Selection): Offer | undefined;
}

/** The offer where it cannot be taken: the title says what, the reason why. */
export function refused(title: string, reason: string): Offer {
  return { title, refused: reason };
}
