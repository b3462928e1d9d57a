import { describe, expect, it } from 'vitest';
import type { RunId, SpanId, TraceId } from '../../../src/model/ids';
import { severityOf } from '../../../src/model/logRecord';
import { LogStore } from '../../../src/store/logStore';
import { oracleEncode } from '../otlp/otlpProto';
import { received } from '../../support/received';

const RUN = 'run-1' as RunId;
const TRACE = '5b8efff798038103d269b633813fc60c' as TraceId;
const SPAN = 'eee19b7ec3c1b174' as SpanId;

const bytes = (hex: string) => Buffer.from(hex, 'hex');

function record(members: object = {}) {
  return { traceId: bytes(TRACE), spanId: bytes(SPAN), timeUnixNano: '1700000000000000005', ...members };
}

function request(...logRecords: object[]): Uint8Array {
  return oracleEncode('ExportLogsServiceRequest', {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeLogs: [{ scope: { name: 'winston' }, logRecords }],
      },
    ],
  });
}

function stored(...logRecords: object[]) {
  const store = new LogStore(1e6);
  return { store, result: received(request(...logRecords), (bytes) => store.append(bytes, RUN)) };
}

const bodies = (store: LogStore, spanId?: SpanId, limit = 100) =>
  store.read(TRACE, spanId, limit).map(({ body }) => (body.kind === 'string' ? body.value : body.kind));

describe('log records', () => {
  it('are found by their trace, in full', () => {
    const { store, result } = stored(
      record({
        severityNumber: 17,
        severityText: 'ERR',
        body: { stringValue: 'no tea left' },
        attributes: [{ key: 'cups', value: { intValue: '3' } }],
        eventName: 'tea.empty',
      }),
    );
    expect(result).toEqual({ accepted: 1, rejected: 0, message: undefined });
    expect(store.read(TRACE, undefined, 10)).toEqual([
      {
        traceId: TRACE,
        spanId: SPAN,
        timeUnixNano: '1700000000000000005',
        severity: 'error',
        severityText: 'ERR',
        body: { kind: 'string', value: 'no tea left' },
        attributes: [{ key: 'cups', value: { kind: 'int', value: '3' } }],
        eventName: 'tea.empty',
        service: 'shop',
        scope: 'winston',
        run: RUN,
      },
    ]);
  });

  it('have the time at which they were seen when they do not say when they were written', () => {
    const { store } = stored(record({ timeUnixNano: 0, observedTimeUnixNano: '1700000000000000009' }));
    expect(store.read(TRACE, undefined, 10)[0].timeUnixNano).toBe('1700000000000000009');
  });

  it('come by time, to the nanosecond, the latest of them', () => {
    const at = (nanos: number, text: string) =>
      record({ timeUnixNano: `170000000000000000${nanos}`, body: { stringValue: text } });
    const { store } = stored(at(3, 'c'), at(1, 'a'), at(2, 'b'));
    expect(bodies(store)).toEqual(['a', 'b', 'c']);
    expect(bodies(store, undefined, 2)).toEqual(['b', 'c']);
  });

  it('are found by their span', () => {
    const other = '00000000000000aa' as SpanId;
    const { store } = stored(
      record({ body: { stringValue: 'mine' } }),
      record({ spanId: bytes(other), body: { stringValue: 'yours' } }),
      record({ spanId: Buffer.alloc(0), body: { stringValue: 'nobody’s' } }),
    );
    expect(bodies(store, SPAN)).toEqual(['mine']);
    expect(bodies(store, other)).toEqual(['yours']);
    expect(bodies(store)).toHaveLength(3);
  });

  it.each([
    ['no trace', Buffer.alloc(0)],
    ['a trace of zeros', Buffer.alloc(16)],
    ['a trace id of another length', Buffer.alloc(8, 1)],
  ])('with %s are kept apart, by service and run', (_, traceId) => {
    const { store, result } = stored(record({ traceId, body: { stringValue: 'loose' } }));
    expect(result.accepted).toBe(1);
    expect(bodies(store)).toEqual([]);
    const loose = (query: object) => store.readLoose({ limit: 10, ...query });
    expect(loose({ service: 'shop', run: RUN })).toMatchObject([{ body: { value: 'loose' }, service: 'shop' }]);
    expect([loose({ service: 'other' }), loose({ run: 'run-2' })]).toEqual([[], []]);
  });

  it('without a trace do not drive out those of traces', () => {
    const store = new LogStore(100_000);
    store.append(request(record({ body: { stringValue: 'of a span' } })), RUN);
    for (let i = 0; i < 2_000; i++) store.append(request({ timeUnixNano: i, body: { stringValue: `${i}` } }), RUN);
    expect(bodies(store)).toEqual(['of a span']);
    expect(store.bytes).toBeLessThanOrEqual(100_000);
    expect(store.readLoose({ limit: 2 }).map(({ timeUnixNano }) => timeUnixNano)).toEqual(['1998', '1999']);
  });

  it('take any body', () => {
    const kvlist = { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } };
    const { store } = stored(
      record({ body: kvlist }),
      record({ body: undefined }),
      record({ body: { bytesValue: '' } }),
    );
    expect(bodies(store).sort()).toEqual(['bytes', 'empty', 'kvlist']);
  });

  it('of a request that is cut off are refused, all of them', () => {
    const whole = request(record({ body: { stringValue: 'x' } }));
    for (let length = 1; length < whole.length; length++) {
      const store = new LogStore(1e6);
      const { fault, accepted } = store.append(whole.subarray(0, length), RUN);
      if (fault === undefined) expect(accepted).toBe(0);
      else expect(fault).toMatch(/^The request .*; nothing of it was kept$/);
      expect(store.bytes).toBe(0);
    }
  });

  it('that are broken inside are rejected alone', () => {
    const good = request(record({ body: { stringValue: 'good' } }));
    // One more LogRecord of two bytes, whose trace id is longer than the record.
    const inner = Buffer.concat([Buffer.from([18, 2, 74, 99]), scopeLogsOf(good)]);
    const bad = Buffer.from([10, inner.length + 2, 18, inner.length, ...inner]);
    const store = new LogStore(1e6);
    expect(store.append(bad, RUN)).toMatchObject({
      accepted: 1,
      rejected: 1,
      message: expect.stringContaining('cut off'),
    });
    expect(bodies(store)).toEqual(['good']);
  });

  it('whose body or attributes cannot be decoded are rejected, too', () => {
    const cutOff = [0x2a, 0x03, 0x0a, 0x09, 0x61]; // a body whose text is longer than the body
    const record = Buffer.from([0x12, cutOff.length, ...cutOff]);
    const scopeLogs = Buffer.from([0x12, record.length, ...record]);
    const store = new LogStore(1e6);
    expect(store.append(Buffer.from([0x0a, scopeLogs.length, ...scopeLogs]), RUN)).toMatchObject({
      accepted: 0,
      rejected: 1,
    });
  });

  it('stay within their bytes, the oldest leave first', () => {
    const store = new LogStore(20_000);
    for (let i = 0; i < 1_000; i++)
      store.append(request(record({ timeUnixNano: i, body: { stringValue: `${i}` } })), RUN);
    expect(store.bytes).toBeLessThanOrEqual(20_000);
    const left = bodies(store);
    expect(left.length).toBeGreaterThan(20);
    expect(left).toEqual([...Array(left.length)].map((_, i) => `${1_000 - left.length + i}`));
    store.setMaxBytes(0);
    expect([bodies(store), store.bytes]).toEqual([[], 0]);
  });

  it('are gone after clear', () => {
    const { store } = stored(record());
    store.clear();
    expect([bodies(store), store.bytes]).toEqual([[], 0]);
  });

  it.each([
    [0, 'unspecified'],
    [1, 'trace'],
    [4, 'trace'],
    [5, 'debug'],
    [9, 'info'],
    [13, 'warn'],
    [17, 'error'],
    [24, 'fatal'],
    [25, 'unspecified'],
    [4_000_000_000, 'unspecified'],
  ])('with severity %d are %s', (number, severity) => {
    expect(severityOf(number)).toBe(severity);
  });
});

/** The content of the only ScopeLogs of a request. */
function scopeLogsOf(whole: Uint8Array): Buffer {
  const resourceLogs = Buffer.from(whole).subarray(2);
  const resourceLength = resourceLogs[1];
  return resourceLogs.subarray(2 + resourceLength + 2);
}
