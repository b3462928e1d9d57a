/** A stretch of a trace's time, in nanoseconds from its epoch; `to` is greater than `from`. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Closer than this, double precision and the clocks themselves tell nothing. */
const LEAST_SPAN_NANOS = 20;
/** Room at either side, so that the first bar's start and the last bar's end are seen to be such. */
const MARGIN = 0.006;

export function wholeWindow(extent: number): TimeWindow {
  const span = Math.max(extent, LEAST_SPAN_NANOS);
  return { from: -span * MARGIN, to: span * (1 + MARGIN) };
}

export function windowSpan({ from, to }: TimeWindow): number {
  return to - from;
}

/** 0 at the window's left edge, 1 at its right; outside values lie outside the view. */
export function toFraction({ from, to }: TimeWindow, time: number): number {
  return (time - from) / (to - from);
}

export function toTime({ from, to }: TimeWindow, fraction: number): number {
  return from + fraction * (to - from);
}

/** Makes a window fit into `whole`: at least the least span, moved rather than cut. */
export function fitWindow(whole: TimeWindow, wanted: TimeWindow): TimeWindow {
  const span = Math.min(Math.max(wanted.to - wanted.from, LEAST_SPAN_NANOS), windowSpan(whole));
  const middle = (wanted.from + wanted.to) / 2;
  const from = Math.min(Math.max(middle - span / 2, whole.from), whole.to - span);
  return { from, to: from + span };
}

/** Factors below 1 show less time. What lies at `fraction` stays where it is. */
export function zoomAround(whole: TimeWindow, current: TimeWindow, fraction: number, factor: number): TimeWindow {
  const span = Math.min(Math.max(windowSpan(current) * factor, LEAST_SPAN_NANOS), windowSpan(whole));
  const from = toTime(current, fraction) - fraction * span;
  return fitWindow(whole, { from, to: from + span });
}

export function panBy(whole: TimeWindow, current: TimeWindow, fractions: number): TimeWindow {
  const shift = fractions * windowSpan(current);
  return fitWindow(whole, { from: current.from + shift, to: current.to + shift });
}

export function isWhole(whole: TimeWindow, current: TimeWindow): boolean {
  return windowSpan(current) >= windowSpan(whole) * (1 - 1e-9);
}

export interface Tick {
  /** Position in the window, 0 to 1. */
  readonly fraction: number;
  readonly label: string;
}

const CHARACTER_PX = 7;
const LABEL_PADDING_PX = 6;

/** Ticks at round times, as many as fit when each needs `pixelsEach` of `width` pixels. One at the right edge has no label. */
export function timeTicks(window: TimeWindow, width: number, pixelsEach = 96): Tick[] {
  const most = Math.max(1, Math.floor(width / pixelsEach));
  const step = roundStep(windowSpan(window) / most);
  const ticks: Tick[] = [];
  for (let index = Math.ceil(window.from / step); index * step <= window.to; index++) {
    const fraction = toFraction(window, index * step);
    const label = formatTick(index * step, step, window.to);
    ticks.push({
      fraction,
      label: fraction * width + LABEL_PADDING_PX + label.length * CHARACTER_PX <= width ? label : '',
    });
  }
  return ticks;
}

const UNITS = [
  { size: 60e9, name: 'min' },
  { size: 1e9, name: 's' },
  { size: 1e6, name: 'ms' },
  { size: 1e3, name: 'µs' },
  { size: 1, name: 'ns' },
];
/** Round steps in seconds and minutes, where decimal ones would read badly. */
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

/** The least of 1, 2, 5 × 10ⁿ ns (above a second: a clock's steps) that is not below `least`. */
function roundStep(least: number): number {
  if (least > 1e9) {
    const step = CLOCK_STEPS.find((seconds) => seconds * 1e9 >= least);
    if (step) return step * 1e9;
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-12)) ?? 10;
  return factor * power;
}

/**
 * A time in the unit that suits the whole ruler, with the decimals that its step needs: `1.25 s` beside `1.30 s`. From two
 * minutes on, minutes and seconds: `2:30`.
 */
function formatTick(time: number, step: number, latest: number): string {
  if (time === 0) return '0';
  if (latest >= 120e9 && step >= 1e9) return formatClockTick(Math.round(time / 1e9));
  const unit = UNITS.find(({ size, name }) => name !== 'min' && latest >= size) ?? UNITS[UNITS.length - 1];
  const decimals = Math.max(0, Math.ceil(Math.log10(unit.size / step) - 1e-9));
  return `${(time / unit.size).toFixed(decimals)} ${unit.name}`;
}

function formatClockTick(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
  return `${minutes}:${two(seconds % 60)}`;
}
