/** Where a finding stands, seen from the span that it is about. */
export type SitePart =
  /** On the call that makes the span: its name, its method. */
  | 'callee'
  /** Among the call's arguments: name, options, context. */
  | 'arguments'
  /** In what runs while the span is open, or where the span is used. */
  | 'use';

/** 1-based, both within. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** The call that makes the span which a finding is about. */
export interface FindingSite {
  /** 1-based lines that recorded spans may name for the call, the likeliest first. */
  readonly lines: readonly number[];
  /** The call without what runs inside the span. */
  readonly head: LineRange;
  readonly part: SitePart;
  /** Of the attribute that the finding is about, where it can be read. */
  readonly key?: string;
}
