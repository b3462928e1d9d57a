import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BodyBudget, readBody } from '../../../src/otlp/receiver/body';
import type { Refusal } from '../../../src/otlp/rpcStatus';

const LIMITS = { declared: 0, limit: 1000, framing: 0, own: true };
type Taken = Uint8Array | Refusal;

/** Sends the pieces and gives what was taken, once it was. */
function read(
  budget: BodyBudget,
  pieces: readonly string[],
  done: (body: Taken) => Promise<void> | undefined,
  limits = LIMITS,
) {
  const input = new PassThrough();
  const taken = new Promise<void>((resolve) => {
    readBody(input, limits, budget, (body) => {
      resolve();
      return done(body);
    });
  });
  for (const piece of pieces) input.write(piece);
  input.end();
  return taken;
}

function text(body: Taken): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString() : body.message;
}

describe('a body', () => {
  it('is put together from its pieces, whatever was read before', async () => {
    const budget = new BodyBudget(() => 10_000);
    const seen: string[] = [];
    const take = (body: Taken) => void seen.push(text(body));
    await read(budget, ['a long ', 'body in ', 'three pieces'], take);
    await read(budget, ['a short', ' one'], take);
    expect(seen).toEqual(['a long body in three pieces', 'a short one']);
  });

  it('is whole when its pieces are so large that their memory is freed at once', async () => {
    const budget = new BodyBudget(() => 1_000_000);
    const pieces = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(40_000));
    let seen = '';
    await read(budget, pieces, (body) => void (seen = text(body)), { ...LIMITS, limit: 1_000_000 });
    expect(seen === pieces.join('')).toBe(true);
    expect(budget.used).toBe(0);
  });

  it('lies where the one before lay, so that requests cost no memory', async () => {
    const budget = new BodyBudget(() => 10_000);
    const buffers = new Set<ArrayBufferLike>();
    const take = (body: Taken) => void buffers.add((body as Uint8Array).buffer);
    for (let i = 0; i < 3; i++) await read(budget, ['two', 'pieces'], take);
    expect(buffers.size).toBe(1);
  });

  it('stays as it is while a promise that was given for it is open', async () => {
    const budget = new BodyBudget(() => 10_000);
    let first: Taken = new Uint8Array(0);
    await read(budget, ['still', ' being read'], (body) => {
      first = body;
      return new Promise(() => {});
    });
    await read(budget, ['another', ' one that is longer'], () => undefined);
    expect(text(first)).toBe('still being read');
  });
});
