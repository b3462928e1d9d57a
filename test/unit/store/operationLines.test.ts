import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log';
import type { Operation } from '../../../src/model/operation';
import type { SourceLocation } from '../../../src/model/sourceLocation';
import { SpanStore } from '../../../src/store/spanStore';
import { oracleEncode } from '../otlp/otlpProto';
import { at, keyValue, origin, plainSpan, request, spanId, type TestSpan, traceId } from './requests';

const FILE = '/app/a.ts';
const OTHER = '/app/b.ts';
const AMPLE_MS = 10_000;

/** A store, and what can be told of where operations are made. */
function placedStore() {
  const places = new Map<string, SourceLocation>();
  const operations = {
    generation: 0,
    locate: ({ name }: Operation) => places.get(name),
  };
  const store = new SpanStore({ maxBytes: 64 * 1024 * 1024, log: silentLog, operations });
  return {
    store,
    send(spans: readonly TestSpan[], from: 'otlp' | 'preload' = 'otlp', run = 'run') {
      store.append(request([...spans]), origin(run, 'Launch', from));
    },
    place(name: string, path: string | undefined, line = 1, confidence: SourceLocation['confidence'] = 'likely') {
      if (path === undefined) places.delete(name);
      else places.set(name, { path, line, confidence, reason: 'told' });
      operations.generation++;
    },
    locate: () => store.locateOperations(AMPLE_MS),
    lines: (path: string) =>
      store.fileStats(path).lines.map(({ line, count, names }) => `${line}: ${count} ${names.join(' ')}`),
  };
}

const work: TestSpan = { trace: 1, id: 1, name: 'work', end: 5000 };

describe('spans that do not say their line', () => {
  it('are counted on the line of their operation, each once', () => {
    const { store, send, place, locate, lines } = placedStore();
    place('work', FILE, 7);
    send([work, { ...work, id: 2, end: 9000, status: 2 }, { ...work, id: 3, name: 'other' }]);
    expect(lines(FILE)).toEqual([]);
    expect(locate()).toBe(true);
    locate();
    expect(lines(FILE)).toEqual(['7: 2 work']);
    expect(store.fileStats(FILE).lines[0]).toMatchObject({
      errors: 1,
      max: 9000,
      confidence: 'likely',
      reason: 'told',
    });
    expect(store.takeChangedFiles()).toEqual([FILE]);
    expect(store.spansAt(FILE, 7, 9).map((span) => span.spanId)).toEqual([spanId(2), spanId(1)]);
  });

  it('are found again when their place becomes known later', () => {
    const { send, place, locate, lines } = placedStore();
    send([work]);
    locate();
    send([{ ...work, trace: 2 }]);
    place('work', FILE, 7);
    locate();
    expect(lines(FILE)).toEqual(['7: 2 work']);
  });

  it('move with their operation, and both files are told', () => {
    const { store, send, place, locate, lines } = placedStore();
    place('work', FILE, 7);
    send([work]);
    locate();
    store.takeChangedFiles();
    place('work', OTHER, 3);
    locate();
    expect([lines(FILE), lines(OTHER)]).toEqual([[], ['3: 1 work']]);
    expect(store.takeChangedFiles().sort()).toEqual([FILE, OTHER]);
    place('work', undefined);
    locate();
    expect(lines(OTHER)).toEqual([]);
  });

  it('are taken off when a copy comes that says its line', () => {
    const { store, send, place, locate, lines } = placedStore();
    place('work', FILE, 7);
    send([work]);
    locate();
    send([{ ...work, attributes: at(12) }], 'preload');
    locate();
    expect(store.span(traceId(1), spanId(1))?.location).toMatchObject({ line: 12 });
    expect(lines(FILE)).toEqual(['12: 1 work']);
  });

  it('are not mixed with what the same run is known to have done on the line, when they are mere guesses', () => {
    const { send, place, locate, lines } = placedStore();
    place('guess', FILE, 12, 'possible');
    send([
      { ...work, attributes: at(12) },
      { ...work, id: 2, name: 'guess' },
    ]);
    locate();
    expect(lines(FILE)).toEqual(['12: 1 work']);
  });

  it('are counted bit by bit when there is little time', () => {
    const { store, send, place, lines } = placedStore();
    place('work', FILE, 7);
    for (let i = 0; i < 20; i++) send(Array.from({ length: 100 }, (_, j) => ({ ...work, trace: i + 1, id: j + 1 })));
    let calls = 1;
    while (!store.locateOperations(0)) calls++;
    expect(calls).toBeGreaterThan(2);
    expect(lines(FILE)).toEqual(['7: 2000 work']);
  });

  it.each([
    ['many', 12_000, 10],
    ['long', 600, 30_000],
  ])('are not remembered for ever by senders that are %s', (_, senders, length) => {
    const { store, locate } = placedStore();
    for (let sender = 0; sender < senders; sender += 100) {
      const resourceSpans = Array.from({ length: 100 }, (_, i) => ({
        resource: { attributes: [keyValue('telemetry.sdk.language', String(sender + i).padEnd(length, 'x'))] },
        scopeSpans: [{ spans: [plainSpan({ ...work, trace: sender + i + 1 })] }],
      }));
      store.append(oracleEncode('ExportTraceServiceRequest', { resourceSpans }), origin());
      locate();
    }
    const told = store.takeUnlocatedLanguages();
    expect(told.length).toBeGreaterThan(100);
    expect(told.join('').length).toBeLessThan(10_000_000);
    expect(told.length).toBeLessThanOrEqual(10_000);
  });
});
