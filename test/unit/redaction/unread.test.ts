import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log';
import { Intake } from '../../../src/engine/intake';
import { Redaction } from '../../../src/engine/redaction';
import { createStores } from '../../../src/engine/stores';
import type { RunId } from '../../../src/model/ids';
import { encodeJson } from '../../../src/otlp/json/encodeJson';
import { LOGS_REQUEST, type MessageSchema, METRICS_REQUEST, TRACE_REQUEST } from '../../../src/otlp/schema';
import type { Outcome } from '../../../src/otlp/receiver/options';
import { isRefusal } from '../../../src/otlp/rpcStatus';
import { SIGNALS } from '../../../src/otlp/signals';
import type { RedactionSettings } from '../../../src/protocol/engine';
import { oracleDecode } from '../otlp/otlpProto';

const SECRET = 'hunter2-and-more-of-it';
const MASKING: RedactionSettings = { secrets: 'mask', personalData: 'warn', keys: [] };
const OFF: RedactionSettings = { secrets: 'off', personalData: 'off', keys: [] };
const ORIGIN = { run: 'run' as RunId, runName: 'run', from: 'otlp' } as const;

/** A field of any number with bytes in it; more fields inside each other the other way round. */
function field(number: number, ...content: (Uint8Array | string)[]): Uint8Array {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([varint((number << 3) | 2), varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const attribute = (number: number, key: string, value: string) =>
  field(number, field(1, key), field(2, field(1, value)));
const password = (number: number) => attribute(number, 'password', SECRET);
const service = (name: string) => attribute(1, 'service.name', name);
/** What no reader of OTLP knows. */
const unknown = field(99, SECRET);
const group = Buffer.concat([varint((98 << 3) | 3), field(1, SECRET), varint((98 << 3) | 4)]);
const ids = [field(1, '0123456789abcdef'), field(2, '01234567')];
const name = field(5, 'GET /');

const traces = {
  'a second resource': field(
    1,
    field(1, service('a'), password(1)),
    field(1, service('b')),
    field(2, field(2, ...ids)),
  ),
  'a first scope of two': field(1, field(2, field(1, password(3)), field(1, field(1, 's')), field(2, ...ids))),
  'the request': Buffer.concat([unknown, field(1, field(2, field(2, ...ids)))]),
  'a request’s group': Buffer.concat([group, field(1, field(2, field(2, ...ids)))]),
  'resource spans': field(1, unknown, field(2, field(2, ...ids))),
  'scope spans': field(1, field(2, unknown, field(2, ...ids))),
  'a resource': field(1, field(1, unknown, service('a')), field(2, field(2, ...ids))),
  'a scope': field(1, field(2, field(1, unknown, field(1, 's')), field(2, ...ids))),
  'a span': field(1, field(2, field(2, ...ids, unknown))),
  'a span’s group': field(1, field(2, field(2, ...ids, group))),
  'a kind that is a text': field(1, field(2, field(2, ...ids, field(6, SECRET)))),
  'a first name of two': field(1, field(2, field(2, ...ids, field(5, `password=${SECRET}`), name))),
  'a first status of two': field(
    1,
    field(2, field(2, ...ids, field(15, field(2, `password=${SECRET}`)), field(15, field(2, 'fine')))),
  ),
  'a status': field(1, field(2, field(2, ...ids, field(15, field(2, 'fine'), unknown)))),
  'an event': field(1, field(2, field(2, ...ids, field(11, field(2, 'e'), unknown)))),
  'a link': field(1, field(2, field(2, ...ids, field(13, ...ids, unknown)))),
  'an attribute': field(1, field(2, field(2, ...ids, field(9, field(1, 'k'), field(2, field(1, 'v')), unknown)))),
  'a value': field(1, field(2, field(2, ...ids, field(9, field(1, 'k'), field(2, field(1, 'v'), unknown))))),
  'a truth value’s neighbour': field(
    1,
    field(2, field(2, ...ids, field(9, field(1, 'password'), field(2, Buffer.from([0x10, 1]), field(1, SECRET))))),
  ),
  'a number’s neighbour': field(
    1,
    field(2, field(2, ...ids, field(9, field(1, 'password'), field(2, Buffer.from([0x18, 5]), field(1, SECRET))))),
  ),
  'a list': field(
    1,
    field(2, field(2, ...ids, field(9, field(1, 'k'), field(2, field(5, field(1, field(1, 'v')), unknown))))),
  ),
};

const logs = {
  'a second resource': field(1, field(1, password(1)), field(1, service('b')), field(2, field(2, field(3, 'INFO')))),
  'scope logs': field(1, field(2, unknown, field(2, field(3, 'INFO')))),
  'a record': field(1, field(2, field(2, field(3, 'INFO'), unknown))),
  'a body': field(1, field(2, field(2, field(5, field(1, 'hello'), unknown)))),
  'the neighbour of a broken record': field(
    1,
    field(2, field(2, password(6)), field(2, Buffer.from([0x32, 0x7f])), field(2, field(3, 'INFO'))),
  ),
  'a broken record': field(1, field(2, field(2, field(3, 'INFO'), field(6, Buffer.from([0x0a, 0x7f]), SECRET)))),
};

const point = (...more: Uint8Array[]) => field(5, field(1, Buffer.from([0x19, 1, 0, 0, 0, 0, 0, 0, 0]), ...more));
const metrics = {
  'a metric': field(1, field(2, field(2, field(1, 'm'), point(), unknown))),
  'a point': field(1, field(2, field(2, field(1, 'm'), point(unknown)))),
  'a broken point': field(1, field(2, field(2, field(1, 'm'), point(Buffer.from([0x3a, 0x7f]), Buffer.from(SECRET))))),
  'the neighbour of a broken metric': field(
    1,
    field(2, field(2, field(1, 'm'), point(password(7))), field(2, Buffer.from([0x0a, 0x7f]))),
  ),
};

function take(signalId: string, request: Uint8Array, settings = MASKING) {
  const kept: Buffer[] = [];
  const nobody = { changed() {}, add() {} };
  const stores = createStores({ maxStoreBytes: 2 ** 26, redaction: settings }, silentLog);
  const tap = (_: unknown, bytes: Uint8Array) => void kept.push(Buffer.from(bytes));
  const intake = new Intake(stores, nobody, nobody, nobody, [tap], new Redaction(settings));
  const signal = SIGNALS.find(({ id }) => id === signalId)!;
  const outcome = intake.take(signal, request, ORIGIN, 0);
  return { kept: Buffer.concat(kept), outcome, stores };
}

const cases = Object.entries({ traces, logs, metrics }).flatMap(([signal, requests]) =>
  Object.entries(requests).map(([place, request]) => [signal, place, request] as const),
);

describe('a secret where nobody reads it', () => {
  it.each(cases)('is not kept: %s, %s', (signal, _, request) => {
    const { kept } = take(signal, request);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.includes(SECRET)).toBe(false);
    const messages = { traces: 'ExportTraceServiceRequest', logs: 'ExportLogsServiceRequest' };
    expect(() =>
      oracleDecode(messages[signal as keyof typeof messages] ?? 'ExportMetricsServiceRequest', kept),
    ).not.toThrow();
  });

  it('is kept where redaction is turned off', () => {
    for (const request of [traces['a span'], traces['a second resource'], traces['the request']])
      expect(take('traces', request, OFF).kept.equals(request)).toBe(true);
  });

  it('leaves the attribute that it stood in, without a value', () => {
    const only = field(1, field(2, field(2, ...ids, field(9, field(1, 'k'), field(2, unknown)), field(9, unknown))));
    const { kept } = take('traces', only);
    const { resourceSpans } = oracleDecode<{
      resourceSpans: { scopeSpans: { spans: { attributes: { key: string; value?: object | null }[] }[] }[] }[];
    }>('ExportTraceServiceRequest', kept);
    const { attributes } = resourceSpans[0].scopeSpans[0].spans[0];
    expect(attributes.map(({ key }) => key)).toEqual(['k', '']);
    expect(Object.keys(attributes[0].value ?? {})).toEqual([]);
  });

  it('changes nothing of what is read', () => {
    const { kept, stores } = take('traces', traces['a second resource']);
    const { resourceSpans } = oracleDecode<{ resourceSpans: { resource: { attributes: object[] } }[] }>(
      'ExportTraceServiceRequest',
      kept,
    );
    expect(resourceSpans[0].resource.attributes).toMatchObject([{ key: 'service.name', value: { stringValue: 'b' } }]);
    expect(stores.spans.traces({ limit: 1 })[0].rootService).toBe('b');
  });
});

describe('a request that is cut off', () => {
  it.each(['logs', 'metrics'] as const)('inside a length is looked at no further, and refused: %s', (signal) => {
    const whole = Buffer.from(signal === 'logs' ? logs['a second resource'] : metrics['a metric']);
    for (let length = 1; length < whole.length; length++) {
      const { kept } = take(signal, whole.subarray(0, length));
      expect(kept.length, `after ${length} bytes`).toBe(0);
    }
    expect(take(signal, Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f])).kept.length).toBe(0);
  });
});

describe('a request with a broken message that another one replaces', () => {
  /** A number where protobuf has a wire type that does not exist. */
  const broken = Buffer.from([0x0e, 0]);
  const entry = field(2, field(2, field(5, field(1, 'text'))));
  it.each([
    ['a resource, logs', 'logs', field(1, field(1, field(1, broken)), field(1, service('b')), entry)],
    ['a scope, logs', 'logs', field(1, field(2, field(1, field(3, broken)), field(1, field(1, 's'))))],
    ['a resource, metrics', 'metrics', field(1, field(1, field(1, broken)), field(1, service('b')))],
    ['a resource, traces', 'traces', field(1, field(1, field(1, broken)), field(1, service('b')))],
  ])('is refused all the same: %s', (_, signal, request) => {
    for (const settings of [MASKING, OFF])
      expect(isRefusal(take(signal, request, settings).outcome as Outcome)).toBe(true);
  });
});

describe('everything that OTLP has a place for', () => {
  it.each([
    ['traces', TRACE_REQUEST],
    ['logs', LOGS_REQUEST],
    ['metrics', METRICS_REQUEST],
  ] as const)('is kept byte by byte: %s', (signal, schema) => {
    const encoded = encodeJson(schema, filled(schema));
    if ('fault' in encoded) throw new Error(encoded.fault);
    expect(take(signal, encoded.bytes).kept.equals(Buffer.from(encoded.bytes))).toBe(true);
  });
});

/** The message as JSON with something in each of its fields. */
function filled({ name, fields }: MessageSchema): Record<string, unknown> {
  if (name.endsWith('.AnyValue')) return { stringValue: 'text' };
  return Object.fromEntries(
    fields.map(({ name: key, type, repeated }) => {
      const value = typeof type === 'object' ? (type.kind === 'message' ? filled(type) : 1) : (VALUES[type] ?? '1');
      return [key, repeated ? [value] : value];
    }),
  );
}

const VALUES: Partial<Record<string, unknown>> = {
  string: 'text',
  bytes: 'dGV4dA==',
  bool: true,
  double: 1.5,
  traceId: '0123456789abcdef0123456789abcdef',
  spanId: '0123456789abcdef',
};
