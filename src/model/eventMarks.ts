import type { SpanEvent } from './span';

/** Marks that stand closer hide the bar behind them. */
const LEAST_GAP_PX = 6;

export interface EventMark {
  /** Of the timeline's width. */
  readonly fraction: number;
  readonly exception: boolean;
}

/** Of events within {@link LEAST_GAP_PX} the first exception is left, else the first; what lies outside of the timeline is dropped. */
export function eventMarks(
  events: readonly Pick<SpanEvent, 'name' | 'offset'>[],
  fraction: (offset: number) => number,
  pixels: number,
): EventMark[] {
  const drawn = new Map<number, EventMark>();
  for (const { offset, name } of events) {
    const place = fraction(offset);
    if (!(place >= 0 && place <= 1)) continue;
    const slot = Math.floor((place * pixels) / LEAST_GAP_PX);
    const exception = name === 'exception';
    const there = drawn.get(slot);
    if (!there || (exception && !there.exception)) drawn.set(slot, { fraction: place, exception });
  }
  return [...drawn.values()];
}
