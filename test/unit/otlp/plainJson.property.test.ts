import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJson, type Encoded } from '../../../src/otlp/json/encodeJson';
import { quoteLongIntegers } from '../../../src/otlp/json/int64';
import { encodePlainJson } from '../../../src/otlp/json/plainJson';
import { SIGNALS, type Signal } from '../../../src/otlp/signals';
import { messageOf } from './anyMessage';
import { oracleDecode, oracleType } from './otlpProto';

const nameOf = (signal: Signal) => signal.request.name.split('.').at(-1)!;
const SIGNAL_CASES = SIGNALS.map((signal) => ({ id: signal.id, signal }));

describe('JSON to protobuf by the short way', () => {
  it.each(SIGNAL_CASES)('$id: gives what the long way gives, without a warning, or nothing', ({ signal }) => {
    let taken = 0;
    fc.assert(
      fc.property(messageOf(oracleType(nameOf(signal)), 7), layouts, ({ json }, layout) => {
        taken += sameOrNothing(signal, Buffer.from(JSON.stringify(json, undefined, layout)));
      }),
      { numRuns: 200 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  it.each(SIGNAL_CASES)('$id: takes no text that the long way refuses', ({ signal }) => {
    let taken = 0;
    fc.assert(
      fc.property(
        messageOf(oracleType(nameOf(signal)), 6),
        fc.array(mutation, { maxLength: 4 }),
        ({ json }, mutations) => {
          const body = Buffer.from(JSON.stringify(json));
          taken += sameOrNothing(signal, Buffer.concat(mutations.reduce(mutated, [body])));
        },
      ),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

const layouts = fc.constantFrom(undefined, 1, '\t', '\r\n ');

/** Gives 1 where the short way was gone. */
function sameOrNothing(signal: Signal, body: Buffer): number {
  const plain = encodePlainJson(signal.request, body);
  if (!plain) return 0;
  const long = encodeJson(signal.request, JSON.parse(quoteLongIntegers(body.toString()))) as Encoded;
  expect(long).toMatchObject({ rejected: 0, warnings: [] });
  expect(oracleDecode(nameOf(signal), plain)).toEqual(oracleDecode(nameOf(signal), long.bytes));
  return 1;
}

/** Where of the whole, how many bytes of it go, and what comes in their place. */
const mutation = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat(3),
  fc.oneof(
    fc.constantFrom(
      '',
      ...'{}[],:"\\0e.-+ \n',
      'null',
      'true',
      '""',
      '\\u00e9',
      '\\ud83d',
      '\\n',
      '\\x',
      '0x1',
      '1.5',
      '00',
      '9'.repeat(19),
    ),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
);

function mutated(parts: Buffer[], [where, gone, come]: readonly [number, number, string]): Buffer[] {
  const body = Buffer.concat(parts);
  const at = Math.floor(where * body.length);
  return [body.subarray(0, at), Buffer.from(come), body.subarray(at + gone)];
}
