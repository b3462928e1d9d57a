import { describe, expect, it } from 'vitest';
import type { SpanId } from '../../../src/model/ids';
import { drawnMarks, logMarks, type PlacedMark, placedMarks } from '../../../src/model/logMarks';
import type { LogRecord, Severity } from '../../../src/model/logRecord';

const A = 'aaaaaaaaaaaaaaaa' as SpanId;
const B = 'bbbbbbbbbbbbbbbb' as SpanId;
const EPOCH = '1700000000000000000';

const record = (spanId: SpanId | undefined, afterNs: number, severity: Severity = 'info') =>
  ({ spanId, timeUnixNano: String(BigInt(EPOCH) + BigInt(afterNs)), severity, scope: 'winston' }) as LogRecord;

describe('marks of log records', () => {
  it('are those of the records that name a span, to the nanosecond', () => {
    const marks = logMarks([record(A, 5), record(undefined, 6), record(B, 7, 'warn'), record(A, -3, 'error')]);
    expect(placedMarks(marks, EPOCH)).toEqual(
      new Map([
        [A, [placed(5), placed(-3, 'error')]],
        [B, [placed(7, 'warn')]],
      ]),
    );
  });

  it('that fall on one pixel are drawn as the gravest of them, and none outside of what is in view', () => {
    const marks = [
      placed(0),
      placed(10),
      placed(10.3, 'error'),
      placed(10.2, 'warn'),
      placed(90),
      placed(101),
      placed(-1),
    ];
    expect(drawnMarks(marks, (at) => at / 100, 100)).toEqual([
      { fraction: 0, severity: 'info' },
      { fraction: 0.1, severity: 'error' },
      { fraction: 0.9, severity: 'info' },
    ]);
  });

  it('are as few as there are pixels, however many records there are', () => {
    const many = Array.from({ length: 100_000 }, (_, at) => placed(at));
    expect(drawnMarks(many, (at) => at / 100_000, 300).length).toBeLessThanOrEqual(301);
  });
});

function placed(at: number, severity: Severity = 'info'): PlacedMark {
  return { at, severity };
}
