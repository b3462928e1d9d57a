import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpanQuery } from '../../../src/store/spanSearch';
import type { SpanStore } from '../../../src/store/spanStore';
import { generateRequests } from '../../bench/lib/generateSpans';
import { newStore, origin, request, storeWith, type TestSpan, traceId } from './requests';

const spans: TestSpan[] = [
  { trace: 1, id: 1, name: 'GET /Cart', end: 500, attributes: { 'user.id': 'Ann', status: 404 } },
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
function found(store: SpanStore, query: Partial<SpanQuery>): number[] {
  return store.search({ limit: 100, ...query }).map(({ spanId }) => parseInt(spanId, 16));
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
  ])('finds %s', (_, text, ids) => {
    expect(found(store, { text })).toEqual(ids);
  });

  it('finds attributes by key and by value', () => {
    expect(found(store, { attribute: { key: 'user.id' } })).toEqual([4, 1]);
    expect(found(store, { attribute: { key: 'user.id', value: 'Ann' } })).toEqual([1]);
    expect(found(store, { attribute: { key: 'status', value: '404' } })).toEqual([1]);
    expect(found(store, { attribute: { key: 'ok', value: 'true' } })).toEqual([2]);
    expect(found(store, { attribute: { key: 'reason', value: 'ÉTÉ' } })).toEqual([3]);
    expect(found(store, { attribute: { key: 'user' } })).toEqual([]);
  });

  it('finds by duration, status and service, all of which must hold', () => {
    expect(found(store, { minDuration: 100 })).toEqual([3, 1]);
    expect(found(store, { minDuration: 60, maxDuration: 500 })).toEqual([4, 1]);
    expect(found(store, { status: 'error' })).toEqual([2]);
    expect(found(store, { service: 'shop', text: 'query' })).toEqual([3, 2]);
    expect(found(store, { service: 'bank' })).toEqual([]);
    expect(found(store, { text: 'query', status: 'error', minDuration: 1 })).toEqual([2]);
  });

  it('gives the newest up to its limit', () => {
    expect(found(store, { limit: 2 })).toEqual([4, 3]);
    expect(store.search({ limit: 1 })[0].traceId).toBe(traceId(2));
  });

  it('does not take the bytes between texts for text', () => {
    // Lengths and tags of a KeyValue are bytes too: 0x61 is the length of this value and an "a".
    const other = storeWith({ trace: 1, id: 1, name: 'x', attributes: { k: 'z'.repeat(0x61) } });
    expect([found(other, { text: 'a' }), found(other, { text: 'zzz' })]).toEqual([[], [1]]);
  });

  it('shows neither replaced copies nor spans of traces that have left', () => {
    const small = newStore(4 * 1024 * 1024);
    small.append(request([{ trace: 9999, id: 1, name: 'needle' }]), origin());
    for (let trace = 1; trace < 4000; trace++) {
      const attributes = { body: `${trace} ${'x'.repeat(2000)}` };
      small.append(request([{ trace, id: 1, name: 'hay', attributes }]), origin());
    }
    expect(found(small, { text: 'needle' })).toEqual([]);
    const all = small.search({ limit: Infinity, text: 'hay' });
    expect(all).toHaveLength(small.totals.spans);
  });

  it('finds in thousands of spans what a look at each of them finds', () => {
    const many = newStore();
    for (const bytes of generateRequests({ spans: 3000, seed: 9 })) many.append(bytes, origin());
    const everySpan = many
      .search({ limit: Infinity })
      .map((ref) => ({ ref, text: JSON.stringify(strings(many.span(ref.traceId, ref.spanId)!)).toLowerCase() }));
    fc.assert(
      fc.property(
        fc.constantFrom('cart', 'user-1', 'SELECT', 'retry', 'HttpError', '/status', 'acme', 'e4'),
        (text) => {
          const expected = everySpan.filter((span) => span.text.includes(text.toLowerCase())).map(({ ref }) => ref);
          expect(many.search({ limit: Infinity, text })).toEqual(expected);
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
