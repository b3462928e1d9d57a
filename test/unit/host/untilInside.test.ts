import { describe, expect, it } from 'vitest';
import { type Look, untilInside } from '../../../src/host/status/untilInside';

const LONG_MS = 60_000;

/** Sees one after the other, and the last for good. */
function lookAt(...looks: readonly Look<string>[]): { readonly look: () => Promise<Look<string>>; times(): number } {
  let times = 0;
  return { look: () => Promise.resolve(looks[Math.min(times++, looks.length - 1)]), times: () => times };
}

describe('looking into programs that have just started', () => {
  it('goes on until the debugger is inside, with what came up meanwhile', async () => {
    const { look, times } = lookAt(
      { seen: [], early: true },
      { seen: ['Gateway'], early: true },
      { seen: ['Gateway', 'Orders'], early: false },
    );
    expect(await untilInside(look, { limitMs: LONG_MS, pauseMs: 1 })).toEqual(['Gateway', 'Orders']);
    expect(times()).toBe(3);
  });

  it('is done at once where nothing has just started', async () => {
    const { look, times } = lookAt({ seen: ['Gateway'], early: false });
    expect(await untilInside(look, { limitMs: LONG_MS, pauseMs: LONG_MS })).toEqual(['Gateway']);
    expect(times()).toBe(1);
  });

  it('takes what there is when the limit is over', async () => {
    const { look } = lookAt({ seen: ['Gateway'], early: true });
    expect(await untilInside(look, { limitMs: 0, pauseMs: LONG_MS })).toEqual(['Gateway']);
  });
});
