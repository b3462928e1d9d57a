import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SourceLocation } from '../../../src/model/sourceLocation';
import { spanIdAt } from '../../../src/model/spanRows';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { partOf, type SpanSpec, type SyntheticTrace, traceIdOf, traceOf } from '../../webview/synthetic';
import { SessionUnderTest } from './sessionOf';

const LINE: SourceLocation = { path: '/srv/a.ts', line: 7, confidence: 'certain', reason: 'code attributes' };

function request(index: number, ...late: SpanSpec[]): SyntheticTrace {
  const children: SpanSpec[] = [
    { id: 2, name: 'load', at: 1, takes: 3, location: LINE, children: [{ id: 3, name: 'query', at: 2, takes: 1 }] },
    { id: 4, name: 'render', at: 5, takes: 4 },
    ...late,
  ];
  return traceOf([{ id: 1, name: `request ${index}`, at: 0, takes: 10, children }], index);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what is shown first', () => {
  test('the newest trace, when the host has nothing else to say', async () => {
    const { drawn, session } = await new SessionUnderTest([request(2), request(1)]).start();
    expect(drawn).toBe(traceIdOf(2));
    expect(session.phase).toBe('ready');
  });

  test('the trace and span that the host asks for, with the span selected and its ancestors unfolded', async () => {
    const wanted = request(1);
    const spanId = spanIdAt(wanted.columns, 2);
    const target = { traceId: traceIdOf(1), spanId, follow: false };
    const under = await new SessionUnderTest([request(2), wanted], { target }).start();
    expect(under.drawn).toBe(traceIdOf(1));
    expect(under.selectedName).toBe('query');
    expect(under.session.follow).toBe('off');
  });

  test('what was remembered, when the host asks for nothing', async () => {
    const old = request(1);
    const saved = {
      traceId: traceIdOf(1),
      spanId: spanIdAt(old.columns, 3),
      follow: false,
      collapsed: [spanIdAt(old.columns, 1)],
    };
    const under = await new SessionUnderTest([request(2), old], { target: { follow: false }, saved }).start();
    expect(under.names).toEqual(['request 1', 'load', 'render']);
    expect(under.selectedName).toBe('render');
  });

  test('an empty store is said to be empty, and the first trace shows by itself', async () => {
    const under = await new SessionUnderTest([]).start();
    expect(under.session.phase).toBe('empty');
    under.traces = [request(1)];
    await under.changed(traceIdOf(1), 1_000);
    expect(under.names[0]).toBe('request 1');
  });

  test('a trace that the store does not hold is said to be gone', async () => {
    const target = { traceId: traceIdOf(9), follow: false };
    const { session } = await new SessionUnderTest([request(1)], { target }).start();
    expect(session.phase).toBe('gone');
  });
});

describe('what the list says of the trace that is shown', () => {
  test('stays known when newer ones have pushed it out of the list, and goes with it', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    under.session.select(0);
    under.traces = [...Array.from({ length: 220 }, (_, i) => request(230 - i)), ...under.traces];
    await under.changed(traceIdOf(230), 1_000);
    expect(under.session.summaries.some(({ traceId }) => traceId === traceIdOf(1))).toBe(false);
    await under.changed(traceIdOf(230), 1_000);
    expect(under.session.summary?.traceId).toBe(traceIdOf(1));
    under.session.choose(traceIdOf(2));
    await under.settle();
    expect(under.session.summary?.traceId).not.toBe(traceIdOf(1));
  });
});

describe('how many traces are newer', () => {
  const newest = (count: number) => Array.from({ length: count }, (_, i) => request(count - i));

  test('is their number, where the one shown is in the list', async () => {
    const { session } = await new SessionUnderTest(newest(5), {
      target: { traceId: traceIdOf(3), follow: false },
    }).start();
    expect(session.newer).toEqual({ count: 2, orMore: false });
  });

  test('is at least what the list holds, where the one shown is older than all of it', async () => {
    const under = await new SessionUnderTest(newest(250), { target: { traceId: traceIdOf(1), follow: false } }).start();
    expect(under.drawn).toBe(traceIdOf(1));
    expect(under.session.newer).toEqual({ count: 200, orMore: true });
  });
});

describe('following', () => {
  test('goes along to newer traces, at most once a second', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    await under.settle(1_000);
    under.traces = [request(2), ...under.traces];
    await under.changed(traceIdOf(2), 400);
    expect(under.drawn).toBe(traceIdOf(2));
    under.traces = [request(3), ...under.traces];
    await under.changed(traceIdOf(3), 400);
    expect(under.drawn).toBe(traceIdOf(2));
    await under.settle(1_000);
    expect(under.drawn).toBe(traceIdOf(3));
  });

  test('pauses when the user selects a span, and counts what is newer', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    under.session.select(1);
    under.traces = [request(3), request(2), ...under.traces];
    await under.changed(traceIdOf(3), 3_000);
    expect(under.session.follow).toBe('paused');
    expect(under.drawn).toBe(traceIdOf(1));
    expect(under.session.newer.count).toBe(2);
    under.session.toggleFollow();
    await under.settle();
    expect(under.drawn).toBe(traceIdOf(3));
    expect(under.session.follow).toBe('on');
  });

  test('keeps the old trace drawn until the new one is here', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    await under.settle(1_000);
    under.traces = [request(2), ...under.traces];
    const drawn: (string | undefined)[] = [];
    under.session.onChange(() => drawn.push(under.drawn));
    await under.changed(traceIdOf(2), 1_000);
    expect(drawn).not.toContain(undefined);
    expect(drawn.at(-1)).toBe(traceIdOf(2));
  });
});

describe('a live store', () => {
  test('is asked again and again for a trace of which something runs, and no more when all has ended', async () => {
    const trace = request(1);
    trace.columns.flags[0] |= SPAN_FLAG.open | SPAN_FLAG.running;
    const under = await new SessionUnderTest([trace]).start();
    const before = under.asked.trace.length;
    await under.settle(2100);
    expect(under.asked.trace.length - before).toBeGreaterThanOrEqual(3);
    trace.columns.flags[0] &= ~SPAN_FLAG.running;
    await under.settle(1000);
    const after = under.asked.trace.length;
    await under.settle(5000);
    expect(under.asked.trace).toHaveLength(after);
  });

  test('a trace is read again when it grew, not when others did', async () => {
    const under = await new SessionUnderTest([request(1)], {
      target: { traceId: traceIdOf(1), follow: false },
    }).start();
    const readBefore = under.asked.trace.length;
    under.traces = [request(2), ...under.traces];
    await under.changed(traceIdOf(2), 2_000);
    expect(under.asked.trace).toHaveLength(readBefore);
    await under.changed(traceIdOf(1), 2_000);
    expect(under.asked.trace.length).toBeGreaterThan(readBefore);
  });

  test('growth is noticed although the change names another trace', async () => {
    const whole = request(1);
    const under = new SessionUnderTest([partOf(whole, (row) => row < 2)], {
      target: { traceId: traceIdOf(1), follow: false },
    });
    await under.start();
    expect(under.names).toHaveLength(2);
    under.traces = [request(2), whole];
    await under.changed(traceIdOf(2), 2_000);
    expect(under.names).toHaveLength(4);
  });

  test('a hundred changes in a second are a few readings', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    for (let i = 0; i < 100; i++) await under.changed(traceIdOf(1), 10);
    await under.settle(1_000);
    expect(under.asked.trace.length).toBeLessThanOrEqual(8);
    expect(under.asked.traces).toBeLessThanOrEqual(8);
  });

  test('selection, folds and zoom stay with their spans while the trace grows', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    const { session } = under;
    session.select(under.rowNamed('load'));
    session.alter((shown) => shown.setCollapsed(under.rowNamed('load'), true));
    session.alter((shown) => shown.zoom({ from: 1e6, to: 2e6 }));
    under.traces = [request(1, { id: 9, name: 'early', at: 0.5, takes: 0.2 })];
    await under.changed(traceIdOf(1), 2_000);
    expect(under.selectedName).toBe('load');
    expect(under.names).toContain('early');
    expect(under.names).not.toContain('query');
    expect(session.shown!.window).toEqual({ from: 1e6, to: 2e6 });
  });

  test('a trace that leaves the store stays drawn and is said to be gone', async () => {
    const under = await new SessionUnderTest([request(1)], {
      target: { traceId: traceIdOf(1), follow: false },
    }).start();
    under.traces = [request(2)];
    await under.changed(traceIdOf(2), 2_000);
    expect(under.session.stale).toBe(true);
    expect(under.names).toHaveLength(4);
  });

  test('clearing the store empties the view', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    under.traces = [];
    under.session.changed({ revision: 5, cleared: true });
    await under.settle(1_000);
    expect(under.session.phase).toBe('empty');
    expect(under.session.shown).toBeUndefined();
  });

  test('after a restart of the engine everything is read again', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    under.session.status({ engine: 'restarting', problems: [] });
    under.traces = [request(2)];
    under.session.status({ engine: 'ready', problems: [] });
    await under.settle(2_000);
    expect(under.drawn).toBe(traceIdOf(2));
  });
});

describe('details and lines', () => {
  test('running through rows asks for the last span only', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    for (const row of [0, 1, 2, 3]) {
      under.session.select(row);
      await under.settle(20);
    }
    await under.settle(200);
    expect(under.asked.span).toEqual([spanIdAt(under.traces[0].columns, 3)]);
    expect(under.session.details).toMatchObject({ state: 'ready', span: { name: 'render' } });
  });

  test('the details before stay until the next are here', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    under.session.select(1);
    await under.settle(200);
    under.session.select(3);
    expect(under.session.details).toMatchObject({ state: 'loading', span: { name: 'load' } });
  });

  test('a span seen before is not asked for again', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    for (const row of [1, 3, 1]) {
      under.session.select(row);
      await under.settle(200);
    }
    expect(under.asked.span).toHaveLength(2);
  });

  test('a span that ran when it was selected is asked for again once it has ended', async () => {
    const trace = request(1);
    trace.columns.flags[1] |= SPAN_FLAG.open | SPAN_FLAG.running;
    const ended = trace.span(spanIdAt(trace.columns, 1))!;
    trace.span = () => ({ ...ended, duration: -5 });
    const under = await new SessionUnderTest([trace]).start();
    under.session.select(1);
    await under.settle(2000);
    expect(under.asked.span).toHaveLength(1);
    trace.columns.flags[1] &= ~(SPAN_FLAG.open | SPAN_FLAG.running);
    trace.span = () => ended;
    await under.changed(traceIdOf(1), 1000);
    expect(under.session.details).toMatchObject({ state: 'ready', span: ended });
  });

  test('opening a line selects the span and hands its location to the host', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    await under.session.openLine(under.rowNamed('load'));
    expect(under.revealed).toEqual([LINE]);
    expect(under.selectedName).toBe('load');
  });

  test('a span without a line says so', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    await under.session.openLine(under.rowNamed('render'));
    expect(under.revealed).toEqual([]);
    expect(under.session.problem).toMatch(/No source line/);
  });

  test('what the host cannot do is said in its words', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    under.failure = new Error('The engine stopped');
    await under.session.openLine(under.rowNamed('load'));
    expect(under.session.problem).toBe('The engine stopped');
  });
});

describe('what is remembered', () => {
  test('intent only: ids, folds and sizes, no data', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    under.session.select(under.rowNamed('load'));
    under.session.alter((shown) => shown.setCollapsed(under.rowNamed('load'), true));
    under.session.setLayout({ names: 250 });
    under.session.toggleColumn('duration');
    await under.settle();
    const load = spanIdAt(under.traces[0].columns, under.rowNamed('load'));
    expect(under.saved).toEqual({
      traceId: traceIdOf(1),
      spanId: load,
      follow: false,
      collapsed: [load],
      critical: true,
      columns: ['duration'],
      layout: { names: 250, detailsWidth: 380, detailsHeight: 260, detailsOpen: true },
      colours: [['shop', expect.any(Number)]],
    });
  });

  test('services keep their colours when the view comes back to another trace', async () => {
    const named = (index: number, ...services: string[]) =>
      traceOf([{ name: 'r', service: 'gateway', at: 0, takes: 9, children: services.map((service, at) => ({ name: 'c', service, at, takes: 1 })) }], index); // prettier-ignore
    const many = Array.from({ length: 12 }, (_, number) => `service-${number}`);
    const before = await new SessionUnderTest([named(1, ...many)]).start();
    const after = await new SessionUnderTest([named(2, 'newcomer', ...many.slice(6))], { saved: before.saved }).start();
    for (const service of many) expect(after.session.colours.of(service)).toEqual(before.session.colours.of(service));
  });

  test('the host hears what is shown once for every difference', async () => {
    const under = await new SessionUnderTest([request(1)]).start();
    under.session.search('load');
    under.session.search('render');
    await under.settle();
    expect(under.showing).toEqual([{ traceId: traceIdOf(1), follow: true }]);
  });
});
