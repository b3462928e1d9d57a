import { describe, expect, it } from 'vitest';
import { hoverText } from '../../../src/host/lines/hoverText';
import { lensText } from '../../../src/host/lines/lensText';
import { lineStats, MS } from './samples';

const ids = { traceId: '1'.repeat(32), spanId: '2'.repeat(16) };
const FILE = '/app/a.ts';

describe('a line whose span a breakpoint held up', () => {
  it('says in the hover how long it took on the clock', () => {
    const text = hoverText(
      lineStats({ paused: 1, latest: { ...ids, duration: 1200 * MS, paused: 13_600 * MS } }),
      FILE,
    );
    expect(text).toContain('latest 1.2 s running, 15 s on the clock, paused at a breakpoint for 14 s');
  });

  it('says nothing of the kind where none was', () => {
    expect(hoverText(lineStats(), FILE)).not.toContain('clock');
  });
});

describe('a line whose spans never ended', () => {
  it('says so above the line, alone or behind the others', () => {
    expect(lensText(lineStats({ count: 0, neverEnded: 1 }))).toBe('1 never ended');
    expect(lensText(lineStats({ neverEnded: 2 }))).toBe('12 ms · p95 48 ms · 37× · 2 never ended');
  });

  it('says in the hover what that means, without figures that there are not', () => {
    const text = hoverText(lineStats({ count: 0, neverEnded: 1 }), FILE);
    expect(text).toContain('1 span never ended');
    expect(text).not.toMatch(/median|latest/);
  });
});
