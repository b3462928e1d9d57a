import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceColumns } from '../../../src/model/traceColumns';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { checkedColumns } from '../../../src/protocol/waterfallGuards';
import type { SpanStore } from '../../../src/store/spanStore';
import { lineOf, NaiveStore } from './naiveStore';
import { at, EPOCH, newStore, origin, request, spanId, type TestSpan, traceId } from './requests';
import { received } from '../../support/received';

/** Few of everything, so that spans meet their copies. */
const spans: fc.Arbitrary<TestSpan> = fc.record({
  trace: fc.integer({ min: 1, max: 3 }),
  id: fc.integer({ min: 1, max: 4 }),
  parent: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  name: fc.constantFrom('read', 'write'),
  kind: fc.constantFrom(1, 2, 3),
  start: fc.constantFrom(0, 900, 5000),
  end: fc.constantFrom(6000, 6500, 9000, 'open' as const),
  status: fc.constantFrom(0, 1, 2),
  attributes: fc.option(fc.constantFrom(at(10), at(20)), { nil: undefined }),
});
const requests = fc.array(fc.tuple(fc.constantFrom('shop', 'bank'), fc.array(spans, { maxLength: 8 })), {
  maxLength: 8,
});

function feed(batches: readonly (readonly [string, readonly TestSpan[]])[]) {
  const [store, naive] = [newStore(), new NaiveStore()];
  for (const [service, batch] of batches) {
    const result = received(request(batch, service), (bytes) => store.append(bytes, origin()));
    expect(result).toEqual({ ...naive.append(batch, service), rejected: 0 });
  }
  return { store, naive };
}

/** A trace's spans without their order, one line each. */
function spansOf(columns: TraceColumns): string[] {
  const lines = Array.from({ length: columns.count }, (_, row) => {
    const id = Buffer.from(columns.spanIds.subarray(8 * row, 8 * row + 8)).toString('hex');
    const start = BigInt(columns.epoch) + BigInt(columns.start[row]) - EPOCH;
    const isLocated = (columns.flags[row] & SPAN_FLAG.located) !== 0;
    return [
      id,
      columns.names[columns.name[row]],
      columns.services[columns.service[row]],
      columns.kind[row],
      columns.status[row],
      start,
      columns.duration[row],
      isLocated,
    ].join(' ');
  });
  return lines.sort();
}

function expectedSpans(naive: NaiveStore, trace: number): string[] {
  const ofTrace = naive.held.filter(({ span }) => span.trace === trace);
  const lines = ofTrace.map(({ span, service }) => {
    const duration = span.end === 'open' ? 0 : span.end! - span.start!;
    const isLocated = lineOf(span) !== undefined;
    return [spanId(span.id), span.name, service, span.kind, span.status, span.start, duration, isLocated].join(' ');
  });
  return lines.sort();
}

function lineCounts(store: SpanStore): Map<number, number> {
  return new Map(store.fileStats('/app/a.ts').lines.map(({ line, count }) => [line, count]));
}

describe('the store, compared with arrays of objects', () => {
  it('holds the same spans', () => {
    fc.assert(
      fc.property(requests, (batches) => {
        const { store, naive } = feed(batches);
        const traces = new Set(naive.held.map(({ span }) => span.trace));
        expect(store.totals).toMatchObject({ spans: naive.held.length, traces: traces.size });
        for (const trace of traces) expect(spansOf(store.trace(traceId(trace))!)).toEqual(expectedSpans(naive, trace));
      }),
      { numRuns: 300 },
    );
  });

  it('gives columns that the waterfall takes', () => {
    fc.assert(
      fc.property(requests, (batches) => {
        const { store } = feed(batches);
        for (const { traceId: id } of store.traces({ limit: 100 })) {
          expect(() => checkedColumns(store.trace(id))).not.toThrow();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('counts every span once, whatever copies of it arrive in whatever order', () => {
    fc.assert(
      fc.property(requests, (batches) => {
        const { store, naive } = feed(batches);
        expect(lineCounts(store)).toEqual(new Map([...naive.lines].map(([line, all]) => [line, all.length])));
        const operations = new Map(store.operations().map(({ service, name, count }) => [`${service} ${name}`, count]));
        expect(operations).toEqual(new Map([...naive.operations].map(([key, all]) => [key, all.length])));
      }),
      { numRuns: 300 },
    );
  });

  it('sums up traces as their spans say', () => {
    fc.assert(
      fc.property(requests, (batches) => {
        const { store, naive } = feed(batches);
        for (const summary of store.traces({ limit: 100 })) {
          const ofTrace = naive.held.filter(({ span }) => traceId(span.trace) === summary.traceId);
          expect(summary.spans).toBe(ofTrace.length);
          expect(summary.errors).toBe(ofTrace.filter(({ span }) => span.status === 2).length);
          expect(summary.rooted).toBe(ofTrace.some(({ span }) => span.parent === undefined || span.parent === span.id));
          for (const { service } of ofTrace) expect(summary.services).toContain(service);
        }
      }),
      { numRuns: 200 },
    );
  });
});
