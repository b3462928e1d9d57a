import { describe, expect, it } from 'vitest';
import { transferables } from '../../../src/engine/transfer';

describe('buffers that change hands', () => {
  it('are those that an answer’s arrays fill wholly, each once', () => {
    const [own, shared] = [new Float64Array(4), new ArrayBuffer(16)];
    const answer = {
      own,
      half: new Uint8Array(shared, 8),
      first: new Uint32Array(shared),
      again: new Uint8Array(shared),
      name: 'x',
    };
    expect(transferables(answer)).toEqual([own.buffer, shared]);
  });

  it.each([undefined, null, 7, 'text', [], {}, { buffer: Buffer.from('pooled') }])('are none of %j', (answer) => {
    expect(transferables(answer)).toEqual([]);
  });
});
