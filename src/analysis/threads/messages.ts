import type { LogLevel } from '../../base/log';
import type { RuleFinding, RuleMeta } from '../../lint/rule';
import type { ScannedFile, ScanUnit } from '../scan';

/** What a thread is started with. */
export interface ThreadData {
  /** The file that holds all that needs the compiler. */
  readonly compiler: string;
  /** Of process, by which compiled code is kept. */
  readonly kind: string;
  /** Bytes of heap beyond which types are dropped. */
  readonly maxHeap: number;
  /** Of {@link WATCHED} numbers that both sides see at once, and that outlive the thread. */
  readonly watched: SharedArrayBuffer;
}

/**
 * `Int32` numbers: which file of the unit is being looked at, -1 for several at once; how many are done; 1 when the thread can work. What
 * a thread said last may come after the word that it has ended, or never.
 */
export const WATCHED = { looking: 0, done: 1, ready: 2, count: 3 } as const;

/** A document that the editor holds; without a text it is not open any more. */
export interface OpenText {
  readonly path: string;
  readonly text?: string;
}

export interface UnitOptions {
  readonly untyped?: boolean;
  /** Files are told with the text that they have when all safe fixes are applied. */
  readonly fix?: boolean;
}

export type ToThread =
  | {
      readonly type: 'scan';
      /** Files may have changed since the one before. */
      readonly round: number;
      readonly unit: ScanUnit;
      readonly options: UnitOptions;
      /** Documents that are others than when the thread last heard of them. */
      readonly open: readonly OpenText[];
    }
  /** What V8 compiled shall be kept. */
  | { readonly type: 'keep' };

export type FromThread =
  | { readonly type: 'ready'; readonly rules: readonly RuleMeta[] }
  | { readonly type: 'scanned'; readonly report: UnitReport }
  | { readonly type: 'kept' };

/** What fixes hold on to is the thread's own. */
export type PlainFinding = Omit<RuleFinding, 'fixes'>;

export interface ReportedFile extends Omit<ScannedFile, 'findings'> {
  readonly findings: readonly PlainFinding[];
  /** The text with its safe fixes, where they were asked for and there are some. */
  readonly fixed?: string;
}

export interface Note {
  readonly level: LogLevel;
  readonly message: string;
}

/** What is to be told of a unit: the files with findings, in order. */
export interface UnitReport {
  readonly files: readonly ReportedFile[];
  readonly notes: readonly Note[];
}
