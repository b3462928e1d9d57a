import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastingBuffer } from '../../../src/base/lastingMemory';
import { BoundedNames } from '../../../src/store/boundedNames';
import { ByteInterner, NONE } from '../../../src/store/byteInterner';
import { HashTable } from '../../../src/store/hashTable';
import { PairIndex } from '../../../src/store/pairIndex';
import { Packing } from '../../../src/store/segmentMemory';
import { TraceIndex } from '../../../src/store/traceIndex';

function sealed(interner: ByteInterner) {
  return interner.seal(new Packing(lastingBuffer(interner.packedBytes)), 1 << 20);
}

/** All values under a hash, sorted. */
function valuesAt(table: Pick<HashTable, 'first' | 'next'>, hash: number): number[] {
  const values: number[] = [];
  for (let value = table.first(hash); value !== NONE; value = table.next()) values.push(value);
  return values.sort((a, b) => a - b);
}

describe('a table of hashes', () => {
  /** Few hashes and close together, so that entries push each other on, round the end of the table too. */
  const steps = fc.array(
    fc.record({
      hash: fc.constantFrom(-1, 0, 1, 2, 6, 7, 8, 15, 16, -8),
      value: fc.nat({ max: 6 }),
      isAdded: fc.boolean(),
    }),
    { maxLength: 120 },
  );

  it('holds what was added and not taken out', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const table = new HashTable();
        const expected = new Map<number, number[]>();
        for (const { hash, value, isAdded } of all) {
          const values = expected.get(hash) ?? [];
          if (isAdded) {
            table.add(hash, value);
            values.push(value);
          } else {
            table.remove(hash, value);
            if (values.includes(value)) values.splice(values.indexOf(value), 1);
          }
          expected.set(hash, values);
        }
        for (const [hash, values] of expected) expect(valuesAt(table, hash)).toEqual(values.sort((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });

  it('in partitions holds a hundred thousand', () => {
    const index = new TraceIndex(7);
    const hashes = Array.from({ length: 100_000 }, (_, i) => index.hash(i, 1, 2, 3));
    hashes.forEach((hash, i) => index.add(hash, i));
    for (let i = 0; i < hashes.length; i += 2) index.remove(hashes[i], i);
    for (let i = 0; i < 2000; i++) expect(valuesAt(index, hashes[i]).includes(i)).toBe(i % 2 === 1);
    expect(index.byteLength).toBeLessThan(100_000 * 32);
  });
});

describe('an interner of bytes', () => {
  const texts = fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.string({ maxLength: 300 })), { maxLength: 60 });

  function internAll(interner: ByteInterner, all: readonly string[]): number[] {
    return all.map((text) => {
      const bytes = Buffer.from(`..${text}.`);
      return interner.intern(
        { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) },
        2,
        bytes.length - 3,
      );
    });
  }

  it('gives equal strings one number, in the order they come, and their bytes back', () => {
    fc.assert(
      fc.property(texts, texts, fc.integer(), (first, second, seed) => {
        const interner = new ByteInterner(seed);
        for (const all of [first, second]) {
          const distinct = [...new Set(all)];
          expect(internAll(interner, all)).toEqual(all.map((text) => distinct.indexOf(text)));
          const { bytes, starts, count } = sealed(interner);
          const read = Array.from({ length: count }, (_, i) =>
            Buffer.from(bytes.slice(starts[i], starts[i + 1])).toString(),
          );
          expect(read).toEqual(distinct);
        }
      }),
    );
  });

  it('grows to a hundred thousand entries and gives large buffers back', () => {
    const interner = new ByteInterner(1);
    const all = Array.from({ length: 100_000 }, (_, i) => `value number ${i}`);
    expect(internAll(interner, [...all, ...all]).slice(100_000)).toEqual(all.map((_, i) => i));
    expect(sealed(interner).count).toBe(100_000);
    expect(interner.overhead).toBeLessThan(1 << 20);
  });
});

describe('pairs of numbers', () => {
  it('are numbered in the order they come', () => {
    const pairs = Array.from({ length: 5000 }, (_, i) => [i % 70, Math.floor(i / 70)] as const);
    const index = new PairIndex();
    expect(pairs.map(([a, b]) => [index.find(a, b), index.add(a, b)])).toEqual(pairs.map((_, i) => [NONE, i]));
    expect(pairs.map(([a, b]) => index.find(a, b))).toEqual(pairs.map((_, i) => i));
  });
});

describe('names without end', () => {
  it('have numbers and names up to the limit, then numbers that are not positive', () => {
    const names = new BoundedNames(2, 'others');
    const numbers = ['a', 'b', 'a', 'c', 'd', 'c'].map((name) => names.intern(name));
    expect(numbers.slice(0, 3)).toEqual([1, 2, 1]);
    expect(numbers.slice(3).every((number) => number <= 0)).toBe(true);
    expect([numbers[3] === numbers[5], numbers[3] === numbers[4]]).toEqual([true, false]);
    expect(numbers.map((number) => names.name(number))).toEqual(['a', 'b', 'a', 'others', 'others', 'others']);
    expect([names.find('b'), names.find('c'), names.count]).toEqual([2, 0, 2]);
  });

  it('are limited by their length, too', () => {
    const names = new BoundedNames(10, 'others', 100);
    expect([names.intern('x'.repeat(90)) > 0, names.intern('y'.repeat(20)) > 0]).toEqual([true, false]);
  });
});
