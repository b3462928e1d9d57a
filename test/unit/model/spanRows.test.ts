import { expect, test } from 'vitest';
import { asSpanId, type SpanId } from '../../../src/model/ids';
import { carryMarks, rowOfSpan, rowsOfSpans, spanIdAt } from '../../../src/model/spanRows';
import type { TraceColumns } from '../../../src/model/traceColumns';
import { traceOf } from '../../webview/synthetic';

const spans = Array.from({ length: 5 }, (_, index) => ({ name: `span ${index}`, at: index, takes: 1 }));
const { columns } = traceOf(spans);

test('a span id is sixteen digits, whatever its bytes', () => {
  const bytes = Uint8Array.from([0, 1, 2, 0, 0, 0x0a, 0xff, 0x80]);
  expect(spanIdAt({ ...columns, spanIds: bytes }, 0)).toBe('00010200000aff80');
});

test('every span is found in its own row', () => {
  for (let row = 0; row < columns.count; row++) expect(rowOfSpan(columns, spanIdAt(columns, row))).toBe(row);
});

test('ids that share their lower half are told apart', () => {
  const [, second] = [spanIdAt(columns, 0), spanIdAt(columns, 1)];
  const stranger = asSpanId(`ffffffff${second.slice(8)}`)!;
  expect(rowOfSpan(columns, stranger)).toBe(-1);
  expect(rowsOfSpans(columns, [stranger, second])).toEqual([1]);
});

test('span ids may be a view into a larger buffer at an odd place', () => {
  const buffer = new Uint8Array(3 + columns.spanIds.length);
  buffer.set(columns.spanIds, 3);
  const shifted = { ...columns, spanIds: buffer.subarray(3) };
  expect(rowOfSpan(shifted, spanIdAt(columns, 3))).toBe(3);
});

test('marks follow their spans to their new rows', () => {
  const order = [4, 2, 0, 3, 1];
  const moved = reordered(columns, order);
  const carried = carryMarks(columns, Uint8Array.of(1, 0, 0, 1, 0), moved);
  const marked: SpanId[] = [];
  carried.forEach((mark, row) => mark && marked.push(spanIdAt(moved, row)));
  expect(marked.sort()).toEqual([spanIdAt(columns, 0), spanIdAt(columns, 3)].sort());
});

test('marks of spans that are gone are dropped', () => {
  const fewer = { ...columns, count: 2, spanIds: columns.spanIds.slice(0, 16) };
  expect([...carryMarks(columns, Uint8Array.of(0, 1, 1, 1, 1), fewer)]).toEqual([0, 1]);
});

function reordered(from: TraceColumns, order: readonly number[]): TraceColumns {
  const spanIds = new Uint8Array(from.spanIds.length);
  order.forEach((row, to) => spanIds.set(from.spanIds.subarray(row * 8, row * 8 + 8), to * 8));
  return { ...from, spanIds };
}
