import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log';
import type { RedactionMatch } from '../../../src/model/redaction';
import type { WireBytes } from '../../../src/otlp/wire/wireReader';
import type { Redactor } from '../../../src/redaction/redactor';
import { SpanStore } from '../../../src/store/spanStore';
import { oracleDecode, oracleEncode } from '../otlp/otlpProto';
import { at, newStore, origin, request, spanId, type TestSpan, traceId } from './requests';

const SECRET = 'HUSH-HUSH';
const MASK = '*********';
const NAME = 'Ada Lovelace';

/** Masks {@link SECRET}, and knows a person when it sees one. The mask is as long as the secret, so that lengths stay right. */
class FakeRedactor implements Redactor {
  lastMatch: RedactionMatch | undefined;
  generation = 1;
  looks = 0;
  secret = SECRET;

  redactKeyValue(source: WireBytes, start: number, length: number) {
    return this.redacted(source, start, length, 'key');
  }

  redactAnyValue(source: WireBytes, start: number, length: number) {
    return this.redacted(source, start, length, '');
  }

  redactText(source: WireBytes, start: number, length: number) {
    return this.redacted(source, start, length, '');
  }

  private redacted({ bytes }: WireBytes, start: number, length: number, key: string): Uint8Array | undefined {
    this.looks++;
    const text = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
    this.lastMatch = undefined;
    if (text.includes(NAME)) this.lastMatch = { kind: 'personal', pattern: 'name', key };
    if (!text.includes(this.secret)) return undefined;
    this.lastMatch = { kind: 'secret', pattern: 'hush', key };
    return Buffer.from(text.replaceAll(this.secret, MASK.slice(0, this.secret.length)), 'latin1');
  }
}

/** Everything that hangs on the store is searched: buffers of any kind, texts, keys of maps. */
function holds(root: unknown, text: string, spared: unknown): boolean {
  const seen = new Set<unknown>([spared]);
  const left = [root];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === 'string' && next.includes(text)) return true;
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if (next instanceof ArrayBuffer) {
      if (Buffer.from(next).includes(text)) return true;
    } else if (ArrayBuffer.isView(next)) left.push(next.buffer);
    else if (next instanceof Map) left.push(...next.keys(), ...next.values());
    else if (next instanceof Set) left.push(...next);
    else left.push(...Object.values(next));
  }
  return false;
}

const EVERYWHERE: TestSpan = {
  trace: 1,
  id: 1,
  name: `GET /${SECRET}`,
  status: 2,
  message: `refused ${SECRET}`,
  attributes: { token: SECRET, plain: 'value', count: 3, ...at(7) },
  events: [{ name: `event ${SECRET}`, at: 5, attributes: { 'exception.message': `no such ${SECRET}`, other: 1 } }],
};

/** With memory of its own, which nobody else's bytes can get into. */
function bytesOf(spans: readonly TestSpan[], service = 'shop'): Uint8Array {
  return new Uint8Array(request(spans, service));
}

describe('a store with a redactor', () => {
  let redactor: FakeRedactor;
  let store: SpanStore;

  beforeEach(() => {
    redactor = new FakeRedactor();
    store = new SpanStore({ maxBytes: 64 * 2 ** 20, log: silentLog, redactor });
  });

  it('masks attributes, names, messages and events, and leaves the rest', () => {
    expect(store.append(bytesOf([EVERYWHERE]), origin())).toMatchObject({ accepted: 1, rejected: 0 });
    const read = store.span(traceId(1), spanId(1))!;
    expect(JSON.stringify(read)).not.toContain(SECRET);
    expect(read).toMatchObject({
      name: `GET /${MASK}`,
      status: { code: 'error', message: `refused ${MASK}` },
      location: { path: '/app/a.ts', line: 7 },
      events: [{ name: `event ${MASK}` }],
    });
    expect(read.attributes).toContainEqual({ key: 'plain', value: { kind: 'string', value: 'value' } });
    expect(read.events[0].attributes).toContainEqual({
      key: 'exception.message',
      value: { kind: 'string', value: `no such ${MASK}` },
    });
  });

  it('masks the resource, by which the service is called', () => {
    const { kept } = store.append(bytesOf([{ trace: 1, id: 1 }], SECRET), origin());
    expect(store.span(traceId(1), spanId(1))!.service).toBe(MASK);
    expect(Buffer.from(kept!).includes(SECRET)).toBe(false);
  });

  it('has the secret nowhere, neither in buffers nor in tables', () => {
    store.append(bytesOf([EVERYWHERE, { ...EVERYWHERE, id: 2 }], `${SECRET} service`), origin());
    expect(holds(store, MASK, redactor)).toBe(true);
    expect(holds(store, SECRET, redactor)).toBe(false);
  });

  it('without one, has it', () => {
    const plain = newStore();
    plain.append(bytesOf([EVERYWHERE]), origin());
    expect(holds(plain, SECRET, undefined)).toBe(true);
  });

  it('hands on the request as it was kept, and nothing where that is as it came', () => {
    const { kept } = store.append(bytesOf([{ trace: 1, id: 2 }, EVERYWHERE]), origin());
    const masked = JSON.parse(JSON.stringify(EVERYWHERE).replaceAll(SECRET, MASK)) as TestSpan;
    expect(decoded(kept!)).toEqual(decoded(bytesOf([{ trace: 1, id: 2 }, masked])));
    expect(store.append(bytesOf([{ trace: 1, id: 3 }]), origin())).not.toHaveProperty('kept');
  });

  it('keeps a span that cannot be read out of what is handed on: what is in it was not looked at', () => {
    const good = { ...oracleSpan({ trace: 1, id: 1 }) };
    const bad = {
      ...oracleSpan({ trace: 1, id: 2, attributes: { token: SECRET } }),
      traceId: Buffer.alloc(3),
    };
    const { kept, rejected } = store.append(encoded([good, bad]), origin());
    expect(rejected).toBe(1);
    expect(decoded(kept!)).toEqual(decoded(encoded([good])));
  });

  it('takes in again what it handed on, as a journal does, without finding anything', () => {
    const { kept } = store.append(bytesOf([EVERYWHERE]), origin());
    const later = new SpanStore({ maxBytes: 64 * 2 ** 20, log: silentLog, redactor });
    expect(later.append(kept!, origin())).toEqual({ accepted: 1, rejected: 0, duplicates: 0 });
    expect(later.span(traceId(1), spanId(1))).toEqual(store.span(traceId(1), spanId(1)));
    expect(later.redactions()).toEqual([]);
  });

  it('looks at each distinct value once', () => {
    store.append(bytesOf([{ trace: 1, id: 1, attributes: { a: 1, b: 2 } }]), origin());
    const looks = redactor.looks;
    store.append(bytesOf([{ trace: 1, id: 2, attributes: { a: 1, b: 2 } }]), origin());
    expect(redactor.looks).toBe(looks);
  });

  it('counts what was masked by the line that made the span', () => {
    const spans = [1, 2, 3].map((id) => ({ trace: 1, id, attributes: { token: SECRET, ...at(7) } }));
    store.append(bytesOf([...spans, { trace: 1, id: 4, attributes: { token: SECRET } }]), origin());
    expect(store.redactions()).toEqual([
      {
        kind: 'secret',
        pattern: 'hush',
        key: 'key',
        masked: true,
        count: 3,
        file: '/app/a.ts',
        line: 7,
        service: 'shop',
        spanName: 'work',
      },
      { kind: 'secret', pattern: 'hush', key: 'key', masked: true, count: 1, service: 'shop', spanName: 'work' },
    ]);
  });

  it('keeps what is only to be warned of, and counts it as not masked', () => {
    const { kept } = store.append(bytesOf([{ trace: 1, id: 1, attributes: { who: NAME } }]), origin());
    expect(kept).toBeUndefined();
    expect(JSON.stringify(store.span(traceId(1), spanId(1)))).toContain(NAME);
    expect(store.redactions()).toMatchObject([{ kind: 'personal', masked: false, count: 1 }]);
  });

  it('recognises a span that is sent again although its name is masked', () => {
    store.append(bytesOf([EVERYWHERE]), origin());
    const once = store.redactions();
    expect(store.append(bytesOf([EVERYWHERE]), origin())).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(store.redactions()).toEqual(once);
  });

  it('masks by new settings what was kept under the old ones, when it comes again', () => {
    const span = (id: number): TestSpan => ({ trace: 1, id, attributes: { phrase: 'open sesame' } });
    store.append(bytesOf([span(1)]), origin());
    redactor.secret = 'open sesame'.slice(0, 9);
    redactor.generation++;
    expect(store.append(bytesOf([span(2)]), origin()).kept).toBeDefined();
    expect(JSON.stringify(store.span(traceId(1), spanId(2)))).not.toContain('open sesame');
    store.setRedactor(undefined);
    expect(store.append(bytesOf([span(3)]), origin()).kept).toBeUndefined();
  });
});

describe('any request at all', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '/', ' ', SECRET), { maxLength: 5 }).map((parts) => parts.join(''));
  const attributes = fc.dictionary(fc.constantFrom('a', 'b', 'code.file.path', 'token'), text);
  const spans = fc.array(
    fc.record({
      trace: fc.integer({ min: 1, max: 3 }),
      id: fc.integer({ min: 1, max: 1000 }),
      name: text,
      message: text,
      attributes,
      events: fc.array(fc.record({ name: text, at: fc.nat(100), attributes }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('is kept as the same request with the secrets masked, and read as that', () => {
    fc.assert(
      fc.property(spans, text, (list, service) => {
        const redactor = new FakeRedactor();
        const store = new SpanStore({ maxBytes: 64 * 2 ** 20, log: silentLog, redactor });
        const sent = bytesOf(list, service);
        const { kept, fault } = store.append(sent, origin());
        expect(fault).toBeUndefined();
        const masked = JSON.parse(JSON.stringify(list).replaceAll(SECRET, MASK)) as TestSpan[];
        const expected = bytesOf(masked, service.replaceAll(SECRET, MASK));
        expect(decoded(kept ?? sent)).toEqual(decoded(expected));
        expect(holds(store, SECRET, redactor)).toBe(false);
        const plain = newStore();
        plain.append(expected, origin());
        for (const { trace, id } of list)
          expect(store.span(traceId(trace), spanId(id))).toEqual(plain.span(traceId(trace), spanId(id)));
      }),
      { numRuns: 60 },
    );
  });
});

interface Decoded {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: object[] }[] }[];
}

function decoded(bytes: Uint8Array): Decoded {
  return oracleDecode<Decoded>('ExportTraceServiceRequest', bytes);
}

/** As the oracle takes it. */
function oracleSpan(span: TestSpan): object {
  const [{ scopeSpans }] = decoded(request([span])).resourceSpans;
  return scopeSpans[0].spans[0];
}

function encoded(spans: readonly object[]): Uint8Array {
  return new Uint8Array(oracleEncode('ExportTraceServiceRequest', { resourceSpans: [{ scopeSpans: [{ spans }] }] }));
}
