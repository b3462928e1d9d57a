import type { SpanId } from './ids';
import type { LogRecord, Severity } from './logRecord';

/** As much of a log record as its mark on a span's bar needs. */
export interface LogMark {
  readonly spanId: SpanId;
  /** Nanoseconds since 1970, decimal text. */
  readonly timeUnixNano: string;
  readonly severity: Severity;
}

/** Where on the bar it is. */
export interface PlacedMark {
  /** Nanoseconds from the trace's epoch. */
  readonly at: number;
  readonly severity: Severity;
}

/** Of the records that name a span. */
export function logMarks(records: readonly LogRecord[]): LogMark[] {
  return records.flatMap(({ spanId, timeUnixNano, severity }) =>
    spanId === undefined ? [] : [{ spanId, timeUnixNano, severity }],
  );
}

/** `epoch` as in TraceColumns. */
export function placedMarks(marks: readonly LogMark[], epoch: string): Map<SpanId, PlacedMark[]> {
  const start = BigInt(epoch);
  const placed = new Map<SpanId, PlacedMark[]>();
  for (const { spanId, timeUnixNano, severity } of marks) {
    const mark = { at: Number(BigInt(timeUnixNano) - start), severity };
    const known = placed.get(spanId);
    if (known) known.push(mark);
    else placed.set(spanId, [mark]);
  }
  return placed;
}

const RANK: readonly Severity[] = ['unspecified', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Of marks that fall on one of `pixels` only the gravest is left. `fraction` places a time between 0 and 1; what lies outside is dropped. */
export function drawnMarks(
  marks: readonly PlacedMark[],
  fraction: (at: number) => number,
  pixels: number,
): { readonly fraction: number; readonly severity: Severity }[] {
  const drawn = new Map<number, Severity>();
  for (const { at, severity } of marks) {
    const place = fraction(at);
    if (!(place >= 0 && place <= 1)) continue;
    const pixel = Math.round(place * pixels);
    const there = drawn.get(pixel);
    if (there === undefined || RANK.indexOf(severity) > RANK.indexOf(there)) drawn.set(pixel, severity);
  }
  return [...drawn].map(([pixel, severity]) => ({ fraction: pixel / pixels, severity }));
}
