import { expect, test } from 'vitest';
import { rowNotes } from '../../../src/model/rowNotes';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { type SpanSpec, traceOf } from '../../webview/synthetic';

function kinds(child: SpanSpec): string[] {
  const { columns } = traceOf([{ name: 'parent', at: 10, takes: 10, children: [child] }]);
  const row = [...columns.name].findIndex((name) => columns.names[name] === child.name);
  return rowNotes(columns, row).map(({ kind }) => kind);
}

test('a child inside its parent is nothing to speak of', () => {
  expect(kinds({ name: 'child', at: 12, takes: 5 })).toEqual([]);
});

test('a child that starts before its parent tells of two clocks', () => {
  expect(kinds({ name: 'child', at: 7, takes: 5 })).toEqual(['early']);
});

test('a child that ends after its parent was not waited for', () => {
  expect(kinds({ name: 'child', at: 12, takes: 50 })).toEqual(['late']);
});

test('a child that ends in the same breath as its parent is nothing to speak of', () => {
  expect(kinds({ name: 'child', at: 12, takes: 8.9 })).toEqual([]);
  expect(kinds({ name: 'child', at: 12, takes: 9.1 })).toEqual(['late']);
});

test('less than a microsecond is no skew', () => {
  expect(kinds({ name: 'child', at: 9.9995, takes: 10 })).toEqual([]);
});

test('an orphan is explained, its children are not orphans', () => {
  const { columns } = traceOf([
    { name: 'a', at: 0, takes: 9, orphan: true, children: [{ name: 'b', at: 1, takes: 1 }] },
  ]);
  // The store marks all that descends from an orphan.
  columns.flags[1] |= SPAN_FLAG.orphan;
  expect(rowNotes(columns, 0).map(({ kind }) => kind)).toEqual(['orphan']);
  expect(rowNotes(columns, 1)).toEqual([]);
});

test('a span that never ended is told of, and compared with nobody', () => {
  const { columns } = traceOf([{ name: 'a', at: 0, takes: 5, children: [{ name: 'b', at: 1, takes: 50 }] }]);
  columns.flags[1] |= SPAN_FLAG.open;
  expect(rowNotes(columns, 1).map(({ kind }) => kind)).toEqual(['open']);
  columns.flags[1] |= SPAN_FLAG.running;
  expect(rowNotes(columns, 1)).toEqual([]);
});

test('a span that runs long behind its parent may have been forgotten', () => {
  const { columns } = traceOf([{ name: 'a', at: 0, takes: 5, children: [{ name: 'b', at: 1, takes: 60_000_000 }] }]);
  columns.flags[1] |= SPAN_FLAG.open | SPAN_FLAG.running;
  expect(rowNotes(columns, 1)).toMatchObject([
    { kind: 'late', text: expect.stringMatching(/^Still open 1\.00? min|^Still open/) },
  ]);
  columns.flags[0] |= SPAN_FLAG.open;
  expect(rowNotes(columns, 1)).toEqual([]);
});
