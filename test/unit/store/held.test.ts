import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log';
import type { RunId } from '../../../src/model/ids';
import { SPAN_KINDS } from '../../../src/model/span';
import { createRedactor } from '../../../src/redaction/createRedactor';
import type { Origin } from '../../../src/store/appender';
import type { HeldRequest } from '../../../src/store/heldSpans';
import { LogStore } from '../../../src/store/logStore';
import { SpanStore } from '../../../src/store/spanStore';
import { oracleEncode } from '../otlp/otlpProto';
import { at, keyValue, newStore, origin, plainSpan, request, spanId, type TestSpan, traceId } from './requests';

type Rich = TestSpan & { readonly traceState?: string; readonly flags?: number; readonly dropped?: number };

const TRACES = 4;
const IDS = 5;
const FLAGS = [0, 0x1, 0x100, 0x301, 0x103];

const spans: fc.Arbitrary<Rich> = fc.record({
  trace: fc.integer({ min: 1, max: TRACES }),
  id: fc.integer({ min: 1, max: IDS }),
  parent: fc.option(fc.integer({ min: 1, max: IDS }), { nil: undefined }),
  name: fc.constantFrom('read', 'write', ''),
  kind: fc.integer({ min: 0, max: 5 }),
  start: fc.constantFrom(0, 5000),
  end: fc.constantFrom(6000, 9000, 'open' as const),
  status: fc.constantFrom(0, 1, 2),
  message: fc.constantFrom('', 'no such order'),
  attributes: fc.constantFrom({}, at(10), { ...at(20), 'cart.size': 3, ratio: 0.5, ok: true }),
  events: fc.constantFrom(
    [],
    [
      { name: 'retry', at: 5500, attributes: { attempt: 2 } },
      { name: 'done', at: 5900 },
    ],
  ),
  links: fc.constantFrom([], [{ trace: 9, id: 9 }]),
  traceState: fc.constantFrom('', 'a=b'),
  flags: fc.constantFrom(...FLAGS),
  dropped: fc.constantFrom(0, 3),
});
const origins: fc.Arbitrary<Origin> = fc.record({
  run: fc.constantFrom('run-1' as RunId, 'run-2' as RunId),
  runName: fc.constant('Launch'),
  from: fc.constant('preload' as const),
  thread: fc.constantFrom('1/0', '1/1'),
  last: fc.boolean(),
});
const batches = fc.array(fc.tuple(origins, fc.constantFrom('shop', 'bank'), fc.array(spans, { maxLength: 6 })), {
  maxLength: 8,
});

function encoded(service: string, batch: readonly Rich[]): Uint8Array {
  const resource = { attributes: [keyValue('service.name', service), keyValue('host.name', 'here')] };
  const all = batch.map((span) => ({
    ...plainSpan(span),
    traceState: span.traceState,
    flags: span.flags,
    droppedAttributesCount: span.dropped,
    droppedEventsCount: span.dropped,
  }));
  const scope = { name: 'tests', version: '1' };
  return oracleEncode('ExportTraceServiceRequest', {
    resourceSpans: [{ resource, scopeSpans: [{ scope, spans: all }] }],
  });
}

function all(held: { next(): HeldRequest[] | undefined }): HeldRequest[] {
  const requests: HeldRequest[] = [];
  for (let some = held.next(); some; some = held.next()) requests.push(...some);
  return requests;
}

function heldIn(store: SpanStore, from = 0): HeldRequest[] {
  const held = store.heldBetween(from, store.position);
  return [...held.runs(), ...all(held)];
}

/** Everything that can be asked about the traces of these tests. */
function seen(store: SpanStore) {
  const ids = Array.from({ length: TRACES }, (_, i) => traceId(i + 1));
  return {
    totals: [store.totals.spans, store.totals.traces],
    // What else a trace is known by may come of a lesser copy that has left it.
    traces: new Map(store.traces({ limit: 100 }).map(({ traceId, spans, errors }) => [traceId, [spans, errors]])),
    spans: ids.flatMap((id) =>
      Array.from({ length: IDS }, (_, i) => SPAN_KINDS.map((kind) => store.span(id, spanId(i + 1), kind))),
    ),
    lines: store.fileStats('/app/a.ts').lines.map(({ line, run, count, errors, previous }) => ({
      ...{ line, run, count, errors },
      previous: previous?.count,
    })),
  };
}

describe('what a store holds, as requests', () => {
  it('makes the same of an empty one, span by span and attribute by attribute', () => {
    fc.assert(
      fc.property(batches, (received) => {
        const clock = () => 1000;
        const [store, copy] = [newStore(undefined, clock), newStore(undefined, clock)];
        for (const [from, service, batch] of received) store.append(encoded(service, batch), from);
        for (const { request, origin } of heldIn(store)) expect(copy.append(request, origin).fault).toBeUndefined();
        const [before, after] = [seen(store), seen(copy)];
        expect(after.spans).toEqual(before.spans);
        expect(after.totals).toEqual(before.totals);
        expect(after.traces).toEqual(before.traces);
        expect(after.lines).toEqual(before.lines);
      }),
      { numRuns: 300 },
    );
  });

  it('adds nothing where it is held already', () => {
    fc.assert(
      fc.property(batches, (received) => {
        const store = newStore(undefined, () => 1000);
        for (const [from, service, batch] of received) store.append(encoded(service, batch), from);
        const before = seen(store);
        for (const { request, origin } of heldIn(store)) expect(store.append(request, origin).accepted).toBe(0);
        const { totals, lines } = seen(store);
        expect({ totals, lines }).toEqual({ totals: before.totals, lines: before.lines });
      }),
      { numRuns: 200 },
    );
  });

  it('is what came from a moment on, through many segments, without what has left', () => {
    const store = newStore(1024 * 1024);
    const names = (requests: readonly HeldRequest[]) => {
      const copy = newStore();
      for (const { request, origin } of requests) copy.append(request, origin);
      return copy.traces({ limit: 100_000 }).map((trace) => parseInt(trace.traceId, 16));
    };
    let number = 0;
    const add = () => {
      store.append(request(Array.from({ length: 2000 }, () => ({ trace: ++number, id: 1 }))), origin());
    };
    add();
    expect(names(heldIn(store))).toHaveLength(2000);
    const from = store.position;
    add();
    // The slowest of what came before were moved behind the moment as their segment left.
    const since = names(heldIn(store, from)).filter((name) => name > 2000);
    expect(since.sort((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, i) => 2001 + i));
    for (let i = 0; i < 10; i++) add();
    const left = names(heldIn(store, from));
    expect(left.length).toBe(store.totals.traces);
    expect(left.length).toBeLessThan(20_000);
  });

  it('has no secret that was masked', () => {
    const redactor = createRedactor({ secrets: 'mask', personalData: 'warn', keys: [] });
    const store = new SpanStore({ maxBytes: 2 ** 24, log: silentLog, redactor });
    store.append(request([{ trace: 1, id: 1, attributes: { password: 'hunter2-in-a-span' } }]), origin());
    const bytes = Buffer.concat(heldIn(store).map(({ request }) => request)).toString('latin1');
    expect([bytes.includes('password'), bytes.includes('hunter2')]).toEqual([true, false]);
  });

  it('is void, and no fault, once the store was cleared', () => {
    const store = newStore();
    store.append(request([{ trace: 1, id: 1 }]), origin());
    const held = store.heldBetween(0, store.position);
    store.clear();
    expect(all(held)).toEqual([]);
  });
});

describe('log records that are held, as requests', () => {
  const record = (text: string, trace?: number) => ({
    ...(trace !== undefined && { traceId: Buffer.from(traceId(trace), 'hex') }),
    timeUnixNano: '5',
    severityNumber: 9,
    body: { stringValue: text },
    attributes: [keyValue('cart.size', 3)],
  });
  const logs = (service: string, scope: string, ...logRecords: object[]) =>
    oracleEncode('ExportLogsServiceRequest', {
      resourceLogs: [
        {
          resource: { attributes: [keyValue('service.name', service), keyValue('host.name', 'here')] },
          scopeLogs: [{ scope: { name: scope, version: '1.2' }, logRecords }],
        },
      ],
    });

  it('make the same of an empty store, with resource, scope and run, from any moment on', () => {
    const [store, copy, later] = [new LogStore(2 ** 20), new LogStore(2 ** 20), new LogStore(2 ** 20)];
    store.append(logs('shop', 'orders', record('one', 1), record('loose')), 'run-1' as RunId);
    const moment = store.position;
    for (let i = 0; i < 600; i++) store.append(logs('', '', record(`more ${i}`, 1)), 'run-2' as RunId);
    const read = (from: LogStore) => [
      from.read(traceId(1), undefined, 1000),
      from.readLoose({ limit: 10, service: undefined, run: undefined }),
    ];
    for (const { request, origin } of all(store.heldBetween(0, store.position))) copy.append(request, origin.run);
    expect(read(copy)).toEqual(read(store));
    const requests = all(store.heldBetween(0, store.position));
    expect(requests).toEqual(all(copy.heldBetween(0, copy.position)));
    for (const { request } of requests) {
      const text = Buffer.from(request).toString('latin1');
      expect([text.includes('host.name'), text.includes('1.2')]).toEqual([true, true]);
    }
    for (const { request, origin } of all(store.heldBetween(moment, store.position))) later.append(request, origin.run);
    expect(read(later).map((records) => records.length)).toEqual([600, 0]);
  });

  it('lie behind one resource for all that say the same of themselves, which counts as long as one of them is held', () => {
    const maxBytes = 2 ** 18;
    const store = new LogStore(maxBytes);
    const first = logs('shop', 'orders', record('one', 1));
    for (let i = 0; i < 50; i++) store.append(first, 'run-1' as RunId);
    expect(all(store.heldBetween(0, store.position))).toHaveLength(1);
    const alone = store.bytes;
    store.append(logs('s'.repeat(10_000), 'orders', record('two', 1)), 'run-1' as RunId);
    expect(store.bytes - alone).toBeGreaterThan(10_000);
    for (let i = 0; i < 200; i++) {
      store.append(logs(`${i}`.padStart(60_000, 's'), 'orders', record('three', 1)), 'run-1' as RunId);
      expect(store.bytes).toBeLessThan(maxBytes);
    }
    store.clear();
    expect(store.bytes).toBe(0);
  });
});
