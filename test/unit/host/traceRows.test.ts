import { describe, expect, it } from 'vitest';
import { TraceRows } from '../../../src/host/traces/traceRows';
import type { TraceId } from '../../../src/model/ids';
import type { TraceSummary } from '../../../src/model/traceColumns';

const trace = (id: string, spans = 1): TraceSummary => ({
  traceId: id as TraceId,
  rootName: id,
  rootService: 's',
  rooted: true,
  startMs: 0,
  duration: 1,
  spans,
  errors: 0,
  services: [],
  pinned: false,
  slow: false,
});
const traces = (ids: string) => [...ids].map((id) => trace(id));
const list = (most = 10) => new TraceRows(most, ({ spans }) => String(spans));
const shown = (rows: TraceRows) => rows.rows.map(({ traceId }) => traceId).join('');

describe('the list of traces', () => {
  it('lets new rows in on top, in the order in which they are given', () => {
    const rows = list();
    expect(rows.take(traces('ba'), [], false).moved).toBe(true);
    rows.take(traces('dcba'), [], false);
    expect(shown(rows)).toBe('dcba');
  });

  it('keeps the others where they are when traces change their places', () => {
    const rows = list();
    rows.take(traces('cba'), [], false);
    expect(rows.take(traces('acb'), [], false)).toEqual({ moved: false, came: false, changed: [] });
    rows.take(traces('adcb'), [], false);
    expect(shown(rows)).toBe('dcba');
  });

  it('is drawn anew when another filter finds nothing', () => {
    const rows = list();
    rows.take(traces('ba'), [], false);
    rows.clear();
    expect(rows.take([], [], false).moved).toBe(true);
    expect(rows.take([], [], false).moved).toBe(false);
  });

  it('tells which rows look different, and gives them the same identity', () => {
    const rows = list();
    rows.take(traces('ba'), [], false);
    const [, a] = rows.rows;
    const { moved, changed } = rows.take([trace('b'), trace('a', 7)], [], false);
    expect(moved).toBe(false);
    expect(changed).toEqual([a]);
    expect(a.trace.spans).toBe(7);
  });

  it('lets new rows in again after a while, though old ones leave its end all the time', () => {
    const rows = list(4);
    const names = [...'abcdefghijklmnop'];
    let heldUntil = 0;
    const tops = names.slice(3).map((_, turn) => {
      const newest = names.slice(turn, turn + 4).reverse();
      if (rows.take(newest.map((id) => trace(id)), [], turn < heldUntil).came) heldUntil = turn + 3; // prettier-ignore
      return shown(rows)[0];
    });
    expect(tops.join('')).toBe('dddgggjjjmmmp');
  });

  it('holds new rows back while somebody reads, and goes on changing those that are there', () => {
    const rows = list();
    rows.take(traces('a'), [], false);
    const { moved, changed } = rows.take([trace('c'), trace('b'), trace('a', 2)], [], true);
    expect([moved, changed.length, rows.waiting, shown(rows)]).toEqual([false, 1, 2, 'a']);
    rows.take(traces('cba'), [], false);
    expect([rows.waiting, shown(rows)]).toEqual([0, 'cba']);
  });

  it('shows what there is when it was empty, whoever reads', () => {
    const rows = list();
    rows.take(traces('a'), [], true);
    expect(shown(rows)).toBe('a');
  });

  it('lets the oldest go beyond its length, and what has left', () => {
    const rows = list(3);
    rows.take(traces('cba'), [], false);
    rows.take(traces('edca'), [], false);
    expect(shown(rows)).toBe('edc');
  });

  it('keeps pinned rows apart', () => {
    const rows = list();
    rows.take(traces('cba'), [], false);
    const [, b] = rows.rows;
    expect(rows.take(traces('cba'), [{ ...trace('b'), pinned: true }], false).moved).toBe(true);
    expect(shown(rows)).toBe('ca');
    expect(rows.pinned).toEqual([b]);
  });
});
