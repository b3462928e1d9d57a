import { describe, expect, it } from 'vitest';
import { coveredTime, mergedIntervals } from '../../../src/model/intervals';
import {
  durationText,
  pausedTime,
  pauseText,
  runningTime,
  shortDurationText,
  wholeTimeText,
} from '../../../src/model/spanTimes';
import { SPAN_FLAG, type TraceColumns } from '../../../src/model/traceColumns';

function columns(duration: number, paused?: number, flags = 0): TraceColumns {
  const held = paused !== undefined && { paused: Float64Array.of(paused), pauses: Float64Array.of(100, 100 + paused) };
  return { duration: Float64Array.of(duration), flags: Uint8Array.of(flags), ...held } as TraceColumns;
}

describe('what a span took', () => {
  it('leaves out what a debugger held it up', () => {
    expect(durationText(columns(14.8e9, 13.6e9), 0)).toBe('1.2 s');
    expect(pauseText(14.8e9, 13.6e9)).toBe('15 s on the clock, paused at a breakpoint for 14 s');
    expect(pausedTime(columns(14.8e9, 13.6e9))).toBe(13.6e9);
  });

  it('is all of it where no debugger did', () => {
    expect([runningTime(columns(5), 0), pausedTime(columns(5)), pauseText(5, undefined)]).toEqual([5, 0, undefined]);
  });

  it('is never less than nothing', () => {
    expect(runningTime(columns(5, 6), 0)).toBe(0);
  });

  it('is open while the span is', () => {
    const running = columns(2e6, undefined, SPAN_FLAG.open | SPAN_FLAG.running);
    expect([durationText(running, 0), shortDurationText(running, 0)]).toEqual(['running, 2 ms so far', '2 ms …']);
    expect(durationText(columns(2e6, undefined, SPAN_FLAG.open), 0)).toBe('never ended');
  });
});

describe('what a trace took', () => {
  it('is told without its pauses', () => {
    expect(wholeTimeText(columns(14.8e9, 13.6e9), 14.8e9)).toBe('1.2 s');
  });

  it('is no time at all only where it has ended', () => {
    const { open, running } = SPAN_FLAG;
    const whole = (flags: number) => wholeTimeText(columns(5e6, 5e6, flags), 5e6);
    expect([whole(open | running), whole(open), whole(0)]).toEqual(['just begun', 'never ended', '0 ns']);
    expect(wholeTimeText(columns(5e6, 6e6, open), 5e6)).toBe('never ended');
  });
});

describe('stretches of time', () => {
  it('become one where they touch', () => {
    const merged = mergedIntervals([
      { from: 5, to: 9 },
      { from: 0, to: 3 },
      { from: 3, to: 4 },
      { from: 6, to: 7 },
    ]);
    expect(merged).toEqual([
      { from: 0, to: 4 },
      { from: 5, to: 9 },
    ]);
    expect([coveredTime(merged, 3, 6), coveredTime(merged, 20, 30)]).toEqual([2, 0]);
  });
});
