import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanFilter } from '../../../src/model/spanFilter';
import type { SpanStore } from '../../../src/store/spanStore';
import { generateRequests } from '../../bench/lib/generateSpans';
import { newStore, origin, request, spanId, storeWith, type TestSpan, traceId } from './requests';

const spans: TestSpan[] = [
  { trace: 1, id: 1, name: 'GET /Cart', end: 500, attributes: { 'user.id': 'Ann', code: 404 } },
  {
    trace: 1,
    id: 2,
    name: 'query',
    end: 50,
    status: 2,
    message: 'lock Timeout',
    attributes: { ok: true, ratio: 0.25 },
  },
  { trace: 2, id: 3, name: 'query', end: 5000, events: [{ name: 'Retry', at: 1, attributes: { reason: 'ÉTÉ' } }] },
  { trace: 2, id: 4, name: 'pay', end: 70, attributes: { 'user.id': 'Annabel', note: 'cart was empty' } },
];

/** Ids of what is found. */
function found(store: SpanStore, filter: string, limit = 100): number[] {
  return store.search(spanFilter(filter), limit).map(({ spanId: id }) => parseInt(id, 16));
}

function text(words: string): string {
  return `"${words}"`;
}

describe('a search', () => {
  const store = storeWith(...spans);

  it.each([
    ['part of a name, any case', 'cart', [4, 1]],
    ['part of a value', 'NNABE', [4]],
    ['part of a key', 'user.', [4, 1]],
    ['a status message', 'timeout', [2]],
    ['the name of an event', 'retry', [3]],
    ['an attribute of an event, with letters beyond ASCII', 'été', [3]],
    ['a number', '404', [1]],
    ['a fraction', '0.25', [2]],
    ['what is nowhere', 'zebra', []],
    ['a bracket, which is no pattern', '(', []],
  ])('finds %s', (_, words, ids) => {
    expect(found(store, text(words))).toEqual(ids);
  });

  it('finds attributes by key and by value', () => {
    expect(found(store, 'has:user.id')).toEqual([4, 1]);
    expect(found(store, 'user.id=Ann')).toEqual([1]);
    expect(found(store, 'user.id!=Ann')).toEqual([4]);
    expect(found(store, 'user.id:ANN')).toEqual([4, 1]);
    expect(found(store, 'status.code=1')).toEqual([]);
    expect(found(store, 'ok=true')).toEqual([2]);
    expect(found(store, 'reason=ÉTÉ')).toEqual([3]);
    expect(found(store, 'has:user')).toEqual([]);
  });

  it('compares numbers of attributes by size, and takes no text for one', () => {
    expect(found(store, 'code>=404 code<500')).toEqual([1]);
    expect(found(store, 'ratio<0.3')).toEqual([2]);
    expect(found(store, 'user.id>0')).toEqual([]);
  });

  it('finds by attributes of the resource, by service and by the trace’s id', () => {
    expect(found(store, 'service.name=shop duration>=5us')).toEqual([3]);
    expect(found(store, 'service.name:bank')).toEqual([]);
    expect(found(store, 'SHOP duration>=5us')).toEqual([3]);
    expect(found(store, `trace:${traceId(2).slice(20)}`)).toEqual([4, 3]);
    expect(found(store, traceId(1))).toEqual([2, 1]);
  });

  it('finds by duration, status, kind, name and service, all of which must hold', () => {
    expect(found(store, 'duration>=100ns')).toEqual([3, 1]);
    expect(found(store, 'duration>=60ns duration<=500ns')).toEqual([4, 1]);
    expect(found(store, 'status:error')).toEqual([2]);
    expect(found(store, 'kind:internal name=query')).toEqual([3, 2]);
    expect(found(store, 'kind:server')).toEqual([]);
    expect(found(store, 'service:sho query')).toEqual([3, 2]);
    expect(found(store, 'service=sho')).toEqual([]);
    expect(found(store, 'query status:error duration>1ns')).toEqual([2]);
    expect(found(store, 'query -status:error')).toEqual([3]);
  });

  it('gives the newest up to its limit', () => {
    expect(found(store, '', 2)).toEqual([4, 3]);
    expect(store.search([], 1)[0].traceId).toBe(traceId(2));
  });

  it('finds traces, of which no span may be what a negated condition says', () => {
    const traces = (filter: string) => store.searchTraces(spanFilter(filter), 10).map(({ traceId: id }) => id);
    expect(traces('query').sort()).toEqual([traceId(1), traceId(2)]);
    expect(traces('-status:error')).toEqual([traceId(2)]);
    expect(traces('status:error user.id=Ann')).toEqual([]);
    expect(store.searchTraces([], 1)).toHaveLength(1);
  });

  it('finds the spans of one trace', () => {
    const spansOf = (filter: string) => store.searchTrace(traceId(1), spanFilter(filter));
    expect(spansOf('user.id:ann')).toEqual([spanId(1)]);
    expect(spansOf('')).toEqual([spanId(1), spanId(2)]);
    expect(store.searchTrace(traceId(77), [])).toEqual([]);
  });

  it('tells which keys and services there are', () => {
    const { keys, services } = store.searchHints();
    expect(services).toEqual(['shop']);
    expect(keys[0]).toBe('user.id');
    expect([...keys].sort()).toEqual(['code', 'note', 'ok', 'ratio', 'reason', 'user.id']);
  });

  it('does not take the bytes between texts for text', () => {
    // Lengths and tags of a KeyValue are bytes too: 0x61 is the length of this value and an "a".
    const other = storeWith({ trace: 1, id: 1, name: 'x', attributes: { k: 'z'.repeat(0x61) } });
    expect([found(other, 'a'), found(other, 'zzz')]).toEqual([[], [1]]);
  });

  it('shows neither replaced copies nor spans of traces that have left', () => {
    const small = newStore(4 * 1024 * 1024);
    small.append(request([{ trace: 9999, id: 1, name: 'needle' }]), origin('run 1'));
    small.append(request([{ trace: 9998, id: 1, name: 'hay' }]), origin('run 2'));
    for (let trace = 1; trace < 4000; trace++) {
      const attributes = { body: `${trace} ${'x'.repeat(2000)}` };
      small.append(request([{ trace, id: 1, name: 'hay', attributes }]), origin('run 2'));
    }
    expect(found(small, 'needle')).toEqual([]);
    const all = small.search(spanFilter('hay'), Infinity);
    expect(all).toHaveLength(small.totals.spans);
  });

  it('finds in thousands of spans what a look at each of them finds', () => {
    const many = newStore();
    for (const bytes of generateRequests({ spans: 3000, seed: 9 })) many.append(bytes, origin());
    const everySpan = many
      .search([], Infinity)
      .map((ref) => ({ ref, text: JSON.stringify(strings(many.span(ref.traceId, ref.spanId)!)).toLowerCase() }));
    fc.assert(
      fc.property(
        fc.constantFrom('cart', 'user-1', 'SELECT', 'retry', 'HttpError', '/status', 'acme', 'e4'),
        (words) => {
          const expected = everySpan.filter((span) => span.text.includes(words.toLowerCase())).map(({ ref }) => ref);
          expect(many.search(spanFilter(text(words)), Infinity)).toEqual(expected);
        },
      ),
      { numRuns: 16 },
    );
  });
});

/** Every text of a span that a search looks at. */
function strings(span: NonNullable<ReturnType<SpanStore['span']>>): unknown[] {
  const { name, attributes, events, links, status } = span;
  const of = (list: typeof attributes) => list.map(({ key, value }) => [key, 'value' in value ? `${value.value}` : '']);
  return [
    name,
    status.message,
    of(attributes),
    events.map((event) => [event.name, of(event.attributes)]),
    links.map((link) => of(link.attributes)),
  ];
}
