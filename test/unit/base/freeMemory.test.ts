import { expect, it } from 'vitest';
import { freeMemory } from '../../../src/base/freeMemory';

const MEGABYTE = 1024 * 1024;

it('gives memory back at once, without the collector', () => {
  const buffers = Array.from({ length: 64 }, () => new ArrayBuffer(MEGABYTE));
  const before = process.memoryUsage().arrayBuffers;
  for (const buffer of buffers) freeMemory(buffer);
  expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(60 * MEGABYTE);
  expect(buffers.every(({ byteLength }) => byteLength === 0)).toBe(true);
});
