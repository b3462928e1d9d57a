import { fitWindow, isWhole, type TimeWindow, toFraction, toTime } from '../../src/model/timeScale';

export type Grip = 'from' | 'to' | 'move' | 'select';

const GRIP_PX = 6;

/** What a press at `x` pixels takes hold of: an edge of the window, the window, or nothing (a new window is drawn). */
export function gripAt(whole: TimeWindow, window: TimeWindow, x: number, width: number): Grip {
  if (isWhole(whole, window)) return 'select';
  const [from, to] = [toFraction(whole, window.from) * width, toFraction(whole, window.to) * width];
  if (Math.abs(x - from) <= GRIP_PX) return 'from';
  if (Math.abs(x - to) <= GRIP_PX) return 'to';
  return x > from && x < to ? 'move' : 'select';
}

/** The window after dragging from `pressed` to `now` (fractions of the whole), having started as `window`. */
export function draggedWindow(
  whole: TimeWindow,
  window: TimeWindow,
  grip: Grip,
  pressed: number,
  now: number,
): TimeWindow {
  const [start, time] = [toTime(whole, pressed), toTime(whole, Math.min(Math.max(now, 0), 1))];
  switch (grip) {
    case 'select':
      return fitWindow(whole, { from: Math.min(start, time), to: Math.max(start, time) });
    case 'move':
      return fitWindow(whole, { from: window.from + time - start, to: window.to + time - start });
    case 'from':
      return fitWindow(whole, { from: Math.min(time, window.to), to: Math.max(time, window.to) });
    case 'to':
      return fitWindow(whole, { from: Math.min(window.from, time), to: Math.max(window.from, time) });
  }
}
