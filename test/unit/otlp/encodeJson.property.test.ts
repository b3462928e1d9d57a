import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJsonText, type Encoded } from '../../../src/otlp/json/encodeJson';
import { SIGNALS } from '../../../src/otlp/signals';
import { messageOf } from './anyMessage';
import { oracleDecode, oracleEncode, oracleType } from './otlpProto';

describe('JSON to protobuf', () => {
  it.each(SIGNALS.map((signal) => ({ id: signal.id, signal })))('$id: writes what protobufjs writes', ({ signal }) => {
    const name = signal.request.name.split('.').at(-1)!;
    fc.assert(
      fc.property(messageOf(oracleType(name), 7), ({ json, plain }) => {
        const encoded = encodeJsonText(signal.request, Buffer.from(JSON.stringify(json))) as Encoded;
        expect(encoded).toMatchObject({ rejected: 0, warnings: [] });
        expect(oracleDecode(name, encoded.bytes)).toEqual(oracleDecode(name, oracleEncode(name, plain as object)));
      }),
      { numRuns: 300 },
    );
  });
});
