import type { WaterfallColumn } from './columns/column';
import type { Layout } from './state/intent';

export const LEAST_NAMES_PX = 120;
/** Of the width, while nobody dragged the names' edge; within bounds. */
const NAMES_SHARE = 0.38;
const NAMES_BOUNDS_PX = [200, 400] as const;
/** The timeline keeps at least this share of the width. */
const LEAST_TIMELINE_SHARE = 0.35;

/** Where the columns stand, in pixels from the left edge of the rows. */
export interface ColumnLayout {
  readonly names: number;
  /** The widest that the names may be dragged to. */
  readonly mostNames: number;
  readonly timelineLeft: number;
  readonly timelineWidth: number;
  /** For `grid-template-columns`. */
  readonly tracks: string;
}

/** @param columns those that show: names first, timeline last, between them optional ones of a fixed width */
export function layOutColumns(width: number, columns: readonly WaterfallColumn[], layout: Layout): ColumnLayout {
  let fixed = 0;
  for (const column of columns) if (column.optional) fixed += parseInt(column.track(0), 10);
  const mostNames = Math.max(LEAST_NAMES_PX, width * (1 - LEAST_TIMELINE_SHARE) - fixed);
  const [least, most] = NAMES_BOUNDS_PX;
  const wanted = layout.names ?? Math.min(Math.max(width * NAMES_SHARE, least), most);
  const names = Math.round(Math.min(wanted, mostNames));
  return {
    names,
    mostNames,
    timelineLeft: names + fixed,
    timelineWidth: Math.max(0, width - names - fixed),
    tracks: columns.map((column) => column.track(names)).join(' '),
  };
}
