import { describe, expect, it } from 'vitest';
import { type Seen, untilInside } from '../../../src/host/status/untilInside';

const OUTSIDE: Seen = { facts: undefined };
const INSIDE: Seen = { facts: { pid: 7 } };
const LONG_MS = 60_000;

/** Sees one after the other, and the last for good. */
function lookAt(...views: (readonly Seen[])[]): { readonly look: () => Promise<readonly Seen[]>; times(): number } {
  let times = 0;
  return { look: () => Promise.resolve(views[Math.min(times++, views.length - 1)]), times: () => times };
}

describe('looking into programs that have just started', () => {
  it('waits until the debugger is inside every one', async () => {
    const { look, times } = lookAt([OUTSIDE], [INSIDE, OUTSIDE], [INSIDE, INSIDE]);
    expect(await untilInside(look, { until: Date.now() + LONG_MS, pauseMs: 1 })).toEqual([INSIDE, INSIDE]);
    expect(times()).toBe(3);
  });

  it('waits no more when they have ended', async () => {
    const { look, times } = lookAt([OUTSIDE], []);
    expect(await untilInside(look, { until: Date.now() + LONG_MS, pauseMs: 1 })).toEqual([]);
    expect(times()).toBe(2);
  });

  it('looks once at one that has had its time', async () => {
    const { look, times } = lookAt([OUTSIDE]);
    expect(await untilInside(look, { until: Date.now() - 1, pauseMs: LONG_MS })).toEqual([OUTSIDE]);
    expect(times()).toBe(1);
  });
});
