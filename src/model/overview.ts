import { STATUS_ERROR } from './span';
import type { TraceColumns } from './traceColumns';

/** One stroke of the overview: a span's time on one of a few lanes. */
export interface OverviewStroke {
  readonly lane: number;
  readonly row: number;
}

/** More strokes on a lane of one or two pixels cannot be told apart. */
const STROKES_PER_LANE = 100;
const MOST_ERRORS = 2_000;

/**
 * The spans to draw for a picture of the whole trace in `lanes` lanes, rows top to bottom; errors last, to lie on top. Of a large
 * trace an even choice is drawn, and every error up to a limit.
 */
export function overviewStrokes({ count, status }: TraceColumns, lanes: number): OverviewStroke[] {
  const strokes: OverviewStroke[] = [];
  const errors: OverviewStroke[] = [];
  const laneOf = (row: number): number => Math.floor((row * lanes) / Math.max(count, lanes));
  const stride = Math.max(1, Math.ceil(count / (lanes * STROKES_PER_LANE)));
  for (let row = 0; row < count; row++) {
    if (status[row] === STATUS_ERROR) {
      if (errors.length < MOST_ERRORS) errors.push({ lane: laneOf(row), row });
    } else if (row % stride === 0) strokes.push({ lane: laneOf(row), row });
  }
  return [...strokes, ...errors];
}
