import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppendResult } from '../../../src/store/appender';
import { LogStore } from '../../../src/store/logStore';
import type { SpanStore } from '../../../src/store/spanStore';
import { oracleDecode, oracleEncode } from '../otlp/otlpProto';
import { newStore, origin, spanId, traceId } from './requests';

const IDS = { traceId: Buffer.from(traceId(1), 'hex'), spanId: Buffer.from(spanId(1), 'hex') };

function requestWith(span: object, resource: readonly object[] = []): Uint8Array {
  return oracleEncode('ExportTraceServiceRequest', {
    resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ spans: [{ ...IDS, ...span }] }] }],
  });
}

function taken(span: object): { store: SpanStore; result: AppendResult } {
  const store = newStore();
  return { store, result: store.append(requestWith(span), origin()) };
}

function read(store: SpanStore) {
  return store.span(traceId(1), spanId(1))!;
}

function firstValue(store: SpanStore): unknown {
  return read(store).attributes[0].value;
}

const text = (value: string) => ({ key: 'big', value: { stringValue: value } });

describe('a value that is too long', () => {
  it('is kept up to a place that says how much is missing', () => {
    const { store, result } = taken({ attributes: [text('x'.repeat(10_000_000))] });
    const [{ value }] = read(store).attributes;
    const [, kept, missing] = /^(x+)… ([\d,]+) more bytes$/.exec((value as { value: string }).value)!;
    expect(kept.length + Number(missing.replaceAll(',', ''))).toBe(10_000_000);
    expect(result).toMatchObject({ accepted: 1, rejected: 0, cut: 1 });
    expect(result.message).toMatch(/^1 spans or resources were too large or too deeply nested/);
  });

  it('is whole at 60,000 bytes', () => {
    const { store, result } = taken({ attributes: [text('x'.repeat(60_000))], name: 'n'.repeat(60_000) });
    expect(read(store).attributes[0].value).toEqual({ kind: 'string', value: 'x'.repeat(60_000) });
    expect(result).toEqual({ accepted: 1, rejected: 0, duplicates: 0 });
  });

  it.each(['é', '€', '😀'])('is not cut inside of a character, here %s', (character) => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const { store } = taken({ attributes: [text(before + character.repeat(40_000))] });
      expect(JSON.stringify(read(store).attributes)).not.toContain('\ufffd');
    }
  });

  it('of bytes is a list of what is kept and a word about the rest', () => {
    const { store } = taken({ attributes: [{ key: 'blob', value: { bytesValue: Buffer.alloc(100_000, 7) } }] });
    const { values } = firstValue(store) as { values: { kind: string; value: string }[] };
    expect(values.map(({ kind }) => kind)).toEqual(['bytes', 'string']);
    const missing = Number(/… ([\d,]+) more bytes/.exec(values[1].value)![1].replaceAll(',', ''));
    expect(Buffer.from(values[0].value, 'base64').length + missing).toBe(100_000);
  });

  it('of a list keeps the first entries and counts the others', () => {
    const entries = Array.from({ length: 20_000 }, (_, i) => ({ intValue: i }));
    const { store } = taken({ attributes: [{ key: 'list', value: { arrayValue: { values: entries } } }] });
    const { values } = firstValue(store) as { values: { value: string }[] };
    const missing = Number(/… ([\d,]+) more entries/.exec(values.at(-1)!.value)![1].replaceAll(',', ''));
    expect(values.length - 1 + missing).toBe(20_000);
    expect(values.slice(0, -1).map(({ value }) => Number(value))).toEqual([...Array(values.length - 1).keys()]);
  });

  it('of a map says so under a key of its own', () => {
    const entries = Array.from({ length: 5_000 }, (_, i) => ({ key: `key ${i}`, value: { stringValue: 'some text' } }));
    const { store } = taken({ attributes: [{ key: 'map', value: { kvlistValue: { values: entries } } }] });
    const { values } = firstValue(store) as { values: { key: string }[] };
    expect(values.at(-1)!.key).toBe('…');
  });

  it('is cut wherever it stands: names, messages, events, resources', () => {
    const long = 'y'.repeat(100_000);
    const store = newStore();
    const span = {
      name: long,
      status: { message: long },
      events: [{ name: long, attributes: [text(long)] }],
    };
    expect(store.append(requestWith(span, [text(long)]), origin()).cut).toBe(2);
    const { name, status, events, resource } = read(store);
    const seen = [name, status.message, events[0].name, JSON.stringify(events[0].attributes), JSON.stringify(resource)];
    for (const said of seen) expect(said).toMatch(/^[^…]{49000,}… [\d,]+ more bytes/);
  });

  it('is handed on as it was kept, and not cut once more when that comes back', () => {
    const { store, result } = taken({ attributes: [text('x'.repeat(10_000_000)), text('é'.repeat(70_000))] });
    expect(result.kept!.length).toBeLessThan(110_000);
    const later = newStore();
    expect(later.append(result.kept!, origin())).toEqual({ accepted: 1, rejected: 0, duplicates: 0 });
    expect(read(later)).toEqual(read(store));
  });
});

describe('a span with too much in it', () => {
  it('loses its last attributes, and says how many', () => {
    const attributes = Array.from({ length: 300_000 }, (_, i) => ({ key: `key ${i}`, value: { intValue: i } }));
    const { store, result } = taken({ attributes, droppedAttributesCount: 5, name: 'crowded' });
    const span = read(store);
    expect(result).toMatchObject({ accepted: 1, rejected: 0, cut: 1 });
    const said = span.attributes.at(-1)!;
    expect(said.key).toBe('…');
    const missing = Number(
      /… ([\d,]+) more attributes/.exec((said.value as { value: string }).value)![1].replaceAll(',', ''),
    );
    expect(span.attributes.length - 1 + missing).toBe(300_000);
    expect(span.dropped.attributes).toBe(5 + missing);
    expect(span.name).toBe('crowded');
  });
});

describe('a log record', () => {
  const logs = (body: object) =>
    oracleEncode('ExportLogsServiceRequest', {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body, traceId: IDS.traceId }] }] }],
    });

  it('with too long a body is kept up to a place that says so', () => {
    const store = new LogStore(1e7);
    const { kept, accepted } = store.append(logs({ stringValue: 'x'.repeat(500_000) }), origin().run);
    expect(accepted).toBe(1);
    expect(kept!.length).toBeLessThan(50_000);
    expect(JSON.stringify(store.read(traceId(1), undefined, 1))).toMatch(/x{49000,}… [\d,]+ more bytes/);
  });

  it('of ordinary length is kept as it is', () => {
    expect(new LogStore(1e7).append(logs({ stringValue: 'hello' }), origin().run)).not.toHaveProperty('kept');
  });
});

describe('any value at all', () => {
  const piece = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
  const { value } = fc.letrec<{ value: object }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.tuple(piece, fc.nat(30_000)).map(([part, times]) => ({ stringValue: part.repeat(times) })),
      fc.nat(100_000).map((size) => ({ bytesValue: Buffer.alloc(size, 1) })),
      fc.nat().map((intValue) => ({ intValue })),
      fc.array(tie('value'), { maxLength: 5 }).map((values) => ({ arrayValue: { values } })),
      fc
        .array(fc.record({ key: piece, value: tie('value') }), { maxLength: 5 })
        .map((values) => ({ kvlistValue: { values } })),
    ),
  }));

  it('is whole, or so much shorter that it stays as it is from then on', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key: piece, value }), { maxLength: 4 }), (attributes) => {
        const bytes = requestWith({ attributes });
        const store = newStore();
        const { kept, fault, cut = 0 } = store.append(bytes, origin());
        expect(fault).toBeUndefined();
        expect(kept === undefined).toBe(cut === 0);
        if (kept === undefined) return;
        expect(kept.length).toBeLessThan(bytes.length);
        expect(() => oracleDecode('ExportTraceServiceRequest', kept)).not.toThrow();
        const later = newStore();
        expect(later.append(kept, origin())).toEqual({ accepted: 1, rejected: 0, duplicates: 0 });
        expect(read(later)).toEqual(read(store));
      }),
      { numRuns: 100 },
    );
  });
});
