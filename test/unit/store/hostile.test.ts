import { beforeAll, describe, expect, it } from 'vitest';
import { ProtoWriter } from '../../../src/otlp/protoWriter';
import type { SpanStore } from '../../../src/store/spanStore';
import { generateRequests } from '../../bench/lib/generateSpans';
import { Random } from '../../bench/lib/random';
import { at, newStore, origin, request, spanId, type TestSpan, traceId } from './requests';

const span: TestSpan = {
  trace: 1,
  id: 1,
  name: 'GET /cart',
  attributes: { ...at(10), 'user.id': 'u1', items: 3, price: 1.5, ok: true },
  events: [{ name: 'retry', at: 10, attributes: { attempt: 1 } }],
  links: [{ trace: 2, id: 2 }],
  status: 2,
  message: 'no',
};

function isEmpty(store: SpanStore): boolean {
  const { spans, traces } = store.totals;
  return spans + traces + store.files().length + store.operations().length === 0;
}

/** One message of a request written by hand: whatever a sender may put on the wire. */
function bytesOf(write: (writer: ProtoWriter) => void): Uint8Array {
  const writer = new ProtoWriter();
  write(writer);
  return writer.finish();
}

/** A request with one span that has these bytes. */
function requestOf(...spans: Uint8Array[]): Uint8Array {
  const scopeSpans = bytesOf((writer) => spans.forEach((each) => writer.bytes(2, each)));
  const resourceSpans = bytesOf((writer) => writer.bytes(2, scopeSpans));
  return bytesOf((writer) => writer.bytes(1, resourceSpans));
}

function spanBytes(write: (writer: ProtoWriter) => void = () => {}, id = 1): Uint8Array {
  return bytesOf((writer) => {
    writer.bytes(1, Buffer.from(traceId(1), 'hex'));
    writer.bytes(2, Buffer.from(spanId(id), 'hex'));
    writer.string(5, 'work');
    write(writer);
  });
}

const bytes = (...all: number[]) => Uint8Array.from(all);
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('a request that was cut off', () => {
  it('leaves nothing behind, wherever the cut is', () => {
    const whole = request([span, { ...span, id: 2 }, { ...span, trace: 2, id: 3 }]);
    for (let length = 1; length < whole.length; length++) {
      const store = newStore();
      const result = store.append(whole.subarray(0, length), origin());
      expect(result.fault, `cut at ${length}`).toMatch(
        /^The request .* \(at byte \d+ of \d+\); nothing of it was kept$/,
      );
      expect(result).toMatchObject({ accepted: 0, rejected: 0, duplicates: 0 });
      expect(isEmpty(store)).toBe(true);
    }
  });

  it('is no request at all when it is text', () => {
    expect(newStore().append(Buffer.from('{"resourceSpans":[]}'), origin()).fault).toBeDefined();
  });

  it('of no bytes is a request without spans', () => {
    expect(newStore().append(new Uint8Array(0), origin())).toEqual({ accepted: 0, rejected: 0, duplicates: 0 });
  });
});

describe('random damage', () => {
  let sample: Uint8Array[] = [];
  beforeAll(() => {
    sample = [...generateRequests({ spans: 200, batch: 2 })];
  });

  it('never throws and never leaves a store that cannot be read', () => {
    const random = new Random(1);
    let store = newStore();
    let faults = 0;
    for (let round = 0; round < 100_000; round++) {
      const damaged = random.pick(sample).slice();
      for (let i = 1 + random.below(4); i > 0; i--) damaged[random.below(damaged.length)] = random.below(256);
      const result = store.append(damaged, origin());
      if (result.fault !== undefined) faults++;
      if (round % 2000 === 1999) {
        readEverything(store);
        store = newStore();
      }
    }
    expect(faults).toBeGreaterThan(1000);
  }, 120_000);

  it('done to one span leaves the others of the request', () => {
    const broken = spanBytes((writer) => writer.bytes(9, bytes(10, 200, 1)));
    const store = newStore();
    const result = store.append(requestOf(spanBytes(undefined, 1), broken, spanBytes(undefined, 2)), origin());
    expect(result).toEqual({
      accepted: 2,
      rejected: 1,
      duplicates: 0,
      kept: requestOf(spanBytes(undefined, 1), spanBytes(undefined, 2)),
      message:
        '1 of 3 spans were rejected: a span has an attribute that is cut off: a field is longer than what is left (1×)',
    });
    expect(store.totals).toMatchObject({ spans: 2, traces: 1 });
  });
});

function readEverything(store: SpanStore): void {
  for (const { traceId: id } of store.traces({ limit: 100 })) {
    const columns = store.trace(id)!;
    for (let row = 0; row < columns.count; row++) {
      const hex = Buffer.from(columns.spanIds.subarray(8 * row, 8 * row + 8)).toString('hex');
      expect(store.span(id, hex as never)).toBeDefined();
    }
  }
  for (const file of store.files()) {
    for (const { line } of store.fileStats(file).lines) expect(store.spansAt(file, line, 10).length).toBeGreaterThan(0);
  }
}

describe('ids', () => {
  const idCases: [string, (writer: ProtoWriter) => void, RegExp][] = [
    [
      'no trace id',
      (writer) => writer.bytes(2, Buffer.from(spanId(1), 'hex')),
      /has no trace id, or one of zeros only/,
    ],
    ['no span id', (writer) => writer.bytes(1, Buffer.from(traceId(1), 'hex')), /has no span id, or one of zeros only/],
    [
      'a trace id of 15 bytes',
      (writer) => writer.bytes(1, Buffer.alloc(15, 1)),
      /has a trace id of 15 bytes where 16 belong/,
    ],
    ['a span id of zeros', (writer) => spanIds(writer, Buffer.alloc(8)), /has no span id, or one of zeros only/],
    [
      'a span id of 16 bytes',
      (writer) => spanIds(writer, Buffer.alloc(16, 1)),
      /has a span id of 16 bytes where 8 belong/,
    ],
    [
      'a parent id of 4 bytes',
      (writer) => {
        spanIds(writer, Buffer.alloc(8, 1));
        writer.bytes(4, Buffer.alloc(4, 1));
      },
      /has a parent span id of 4 bytes where 8 belong/,
    ],
  ];
  const spanIds = (writer: ProtoWriter, id: Uint8Array) => {
    writer.bytes(1, Buffer.from(traceId(1), 'hex'));
    writer.bytes(2, id);
  };

  it.each(idCases)('a span with %s is rejected alone', (_, write, reason) => {
    const store = newStore();
    const result = store.append(requestOf(bytesOf(write), spanBytes()), origin());
    expect(result).toMatchObject({ accepted: 1, rejected: 1 });
    expect(result.message).toMatch(reason);
  });

  it('a parent id of no bytes is no parent', () => {
    const store = newStore();
    store.append(requestOf(spanBytes((writer) => writer.bytes(4, new Uint8Array(0)))), origin());
    expect(store.traces({ limit: 1 })[0].rooted).toBe(true);
  });
});

describe('oddities of the wire that protobuf allows', () => {
  const accepted = { accepted: 1, rejected: 0, duplicates: 0 };
  const nameOf = (store: SpanStore) => store.span(traceId(1), spanId(1))!.name;

  it('unknown fields of every wire type are stepped over', () => {
    const unknown = joined(
      bytes(0xa0, 0x06, 0xff, 0x01), // field 100, varint
      bytes(0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8), // fixed 64
      bytes(0xa2, 0x06, 3, 1, 2, 3), // bytes
      bytes(0xa5, 0x06, 1, 2, 3, 4), // fixed 32
      bytes(0xa3, 0x06, 0x0a, 0x01, 0x41, 0xab, 0x06, 0x08, 0x01, 0xac, 0x06, 0xa4, 0x06), // group in a group
    );
    const store = newStore();
    expect(store.append(requestOf(joined(unknown, spanBytes(), unknown)), origin())).toEqual(accepted);
    expect(nameOf(store)).toBe('work');
  });

  it('a known field of another wire type is an unknown field', () => {
    const store = newStore();
    const nameAsNumber = bytes(5 << 3, 7);
    expect(store.append(requestOf(joined(spanBytes(), nameAsNumber)), origin())).toEqual(accepted);
    expect(nameOf(store)).toBe('work');
  });

  it('varints may be longer than they need to be', () => {
    const overlongName = bytes(0xaa, 0x80, 0x80, 0x00, 0x84, 0x80, 0x00, 0x6c, 0x6f, 0x6e, 0x67);
    const store = newStore();
    expect(store.append(requestOf(joined(spanBytes(), overlongName)), origin())).toEqual(accepted);
    expect(nameOf(store)).toBe('long');
  });

  it('of a field that is there twice the last counts', () => {
    const store = newStore();
    store.append(requestOf(spanBytes((writer) => writer.string(5, 'renamed'))), origin());
    expect(nameOf(store)).toBe('renamed');
  });

  it('the resource may stand behind its spans', () => {
    const scopeSpans = bytesOf((writer) => writer.bytes(2, spanBytes()));
    const value = bytesOf((writer) => writer.string(1, 'shop'));
    const attribute = bytesOf((writer) => {
      writer.string(1, 'service.name');
      writer.bytes(2, value);
    });
    const resource = bytesOf((writer) => writer.bytes(1, attribute));
    const resourceSpans = bytesOf((writer) => {
      writer.bytes(2, scopeSpans);
      writer.bytes(1, resource);
    });
    const store = newStore();
    store.append(
      bytesOf((writer) => writer.bytes(1, resourceSpans)),
      origin(),
    );
    expect(store.span(traceId(1), spanId(1))!.service).toBe('shop');
  });

  it('spans of instrumentation libraries, as senders of 2021 had them, are spans', () => {
    const librarySpans = bytesOf((writer) => writer.bytes(2, spanBytes()));
    const resourceSpans = bytesOf((writer) => writer.bytes(1000, librarySpans));
    const store = newStore();
    expect(
      store.append(
        bytesOf((writer) => writer.bytes(1, resourceSpans)),
        origin(),
      ),
    ).toEqual(accepted);
  });

  it.each([
    ['wire type 6', bytes(0x0e, 1)],
    ['field number 0', bytes(0x02, 0)],
    ['a varint of eleven bytes', bytes(0x30, ...Array<number>(10).fill(0x80), 0)],
    ['a group that is not ended', bytes(0xa3, 0x06, 0x08, 0x01)],
    ['a group that ends as another', bytes(0xa3, 0x06, 0xac, 0x06)],
    ['the end of no group', bytes(0xa4, 0x06)],
    ['groups nested a hundred deep', bytes(...Array<number>(100).fill(0x0b), ...Array<number>(100).fill(0x0c))],
  ])('%s is not allowed', (_, tail) => {
    expect(newStore().append(requestOf(joined(spanBytes(), tail)), origin())).toMatchObject({
      accepted: 0,
      rejected: 1,
    });
  });
});

describe('values that are out of the ordinary', () => {
  const anyValue = (depth: number): Uint8Array => {
    let value = bytesOf((writer) => writer.string(1, 'bottom'));
    for (let i = 0; i < depth; i++) {
      const list = bytesOf((writer) => writer.bytes(1, value));
      value = bytesOf((writer) => writer.bytes(5, list));
    }
    return value;
  };
  const withAttribute = (value: Uint8Array) =>
    requestOf(
      spanBytes((writer) => {
        const keyValue = bytesOf((inner) => {
          inner.string(1, 'nested');
          inner.bytes(2, value);
        });
        writer.bytes(9, keyValue);
      }),
    );

  it('lists nested 3,000 deep are kept up to a marker', () => {
    const store = newStore();
    expect(store.append(withAttribute(anyValue(3000)), origin())).toMatchObject({ accepted: 1 });
    const text = JSON.stringify(store.span(traceId(1), spanId(1))!.attributes);
    expect(text).toContain('… nested deeper than 64 levels (17,961 bytes)');
    expect(text).not.toContain('bottom');
  });

  it('lists nested 60 deep are read to the bottom', () => {
    const store = newStore();
    store.append(withAttribute(anyValue(60)), origin());
    expect(JSON.stringify(store.span(traceId(1), spanId(1))!.attributes)).toContain('bottom');
  });

  it('kind 99 and status 99 are kept as unspecified and unset', () => {
    const store = newStore();
    const status = bytesOf((writer) => writer.uint32(3, 99));
    store.append(
      requestOf(
        spanBytes((writer) => {
          writer.uint32(6, 99);
          writer.bytes(15, status);
        }),
      ),
      origin(),
    );
    expect(store.span(traceId(1), spanId(1))).toMatchObject({ kind: 'unspecified', status: { code: 'unset' } });
  });

  it('100,000 attributes on one span are all there', () => {
    const attributes = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i]));
    const store = newStore();
    store.append(request([{ trace: 1, id: 1, attributes }]), origin());
    expect(store.span(traceId(1), spanId(1))!.attributes).toHaveLength(100_000);
  });

  it('a service name of a megabyte and a value of ten are cut, and say so', () => {
    const store = newStore();
    const result = store.append(
      request([{ trace: 1, id: 1, attributes: { blob: 'x'.repeat(10_000_000) } }], 's'.repeat(1 << 20)),
      origin(),
    );
    expect(result).toMatchObject({ accepted: 1, rejected: 0, cut: 2 });
    const read = store.span(traceId(1), spanId(1))!;
    expect(read.service).toMatch(/^s{49000,}… 999,4\d\d more bytes$/);
    expect(JSON.stringify(read.attributes[0].value)).toMatch(/x{49000,}… 9,950,8\d\d more bytes/);
  });

  it('keys that objects have anyway, and keys that come twice, are attributes like others', () => {
    const keyValue = (key: string, text: string) =>
      bytesOf((writer) => {
        writer.string(1, key);
        writer.bytes(
          2,
          bytesOf((inner) => inner.string(1, text)),
        );
      });
    const all = ['__proto__', 'constructor', 'a', 'a'];
    const store = newStore();
    store.append(
      requestOf(spanBytes((writer) => all.forEach((key, i) => writer.bytes(9, keyValue(key, `${i}`))))),
      origin(),
    );
    expect(store.span(traceId(1), spanId(1))!.attributes.map(({ key }) => key)).toEqual(all);
  });

  it('a link with an id of the wrong length counts as dropped', () => {
    const link = bytesOf((writer) => writer.bytes(1, Buffer.alloc(3, 1)));
    const store = newStore();
    store.append(requestOf(spanBytes((writer) => writer.bytes(13, link))), origin());
    expect(store.span(traceId(1), spanId(1))).toMatchObject({ links: [], dropped: { links: 1 } });
  });

  it('a field that is there twice is what it says the second time', () => {
    const store = newStore();
    const twice = bytesOf((writer) => {
      writer.bytes(1, Buffer.alloc(14, 1));
      writer.bytes(1, Buffer.from(traceId(1), 'hex'));
      writer.bytes(2, Buffer.alloc(3, 1));
      writer.bytes(2, Buffer.from(spanId(1), 'hex'));
      writer.bytes(4, Buffer.alloc(8, 1));
      writer.bytes(4, Buffer.alloc(0));
      writer.bytes(15, bytes(0x12, 0x01, 0x61, 0x18, 0x02));
      writer.bytes(15, bytes(0x18, 0x01));
    });
    expect(store.append(requestOf(twice), origin())).toMatchObject({ accepted: 1, rejected: 0 });
    const held = store.span(traceId(1), spanId(1))!;
    expect([held.parentSpanId, held.status]).toEqual([undefined, { code: 'ok' }]);
  });

  it('a number too large for its field loses its upper bits, as everywhere in protobuf', () => {
    const store = newStore();
    store.append(requestOf(spanBytes((writer) => writer.varint64(6, 3, 1))), origin());
    expect(store.span(traceId(1), spanId(1))!.kind).toBe('client');
  });

  it('text that is no UTF-8 is shown with replacement characters', () => {
    const store = newStore();
    store.append(requestOf(spanBytes((writer) => writer.bytes(5, bytes(0x61, 0xff, 0x62)))), origin());
    expect(store.span(traceId(1), spanId(1))!.name).toBe('a\ufffdb');
  });
});

describe('span ids that are not unique', () => {
  it('are told apart up to a limit, and cost no more than that', () => {
    const spans = Array.from({ length: 20_000 }, (_, i) => ({ trace: 1, id: 1, start: i * 5000, end: i * 5000 + 10 }));
    const store = newStore();
    const result = store.append(request(spans), origin());
    expect(result).toMatchObject({ accepted: 64, rejected: 19_936 });
    expect(result.message).toMatch(/a span shares its span id with 64 others of its trace/);
  });
});
