import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { spanIdAt } from '../../../src/model/spanRows';
import { logRecordsOf, traceOf } from '../../webview/synthetic';
import { SessionUnderTest } from './sessionOf';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** As Zipkin has it, the call's two sides share an id. */
const request = () =>
  traceOf([
    {
      name: 'GET /',
      at: 0,
      takes: 50,
      kind: 'server',
      children: [
        {
          name: 'charge, as the client saw it',
          id: 77,
          at: 1,
          takes: 40,
          kind: 'client',
          children: [{ name: 'charge, as the server saw it', id: 77, at: 3, takes: 30, kind: 'server' }],
        },
      ],
    },
  ]);

const started = () => new SessionUnderTest([request()]).start();

describe('spans that share an id', () => {
  test('are each asked for by their kind', async () => {
    const under = await started();
    under.session.select(under.rowNamed('charge, as the server saw it'));
    await under.settle();
    under.session.select(under.rowNamed('charge, as the client saw it'));
    await under.settle();
    expect(under.asked.kinds).toEqual(['server', 'client']);
    expect(under.session.details).toMatchObject({ kind: 'client', state: 'ready' });
  });

  test('stay selected each by itself while the trace grows', async () => {
    const under = await started();
    under.session.select(under.rowNamed('charge, as the server saw it'));
    await under.changed(under.drawn, 2000);
    expect(under.selectedName).toBe('charge, as the server saw it');
  });
});

describe('a search in the waterfall', () => {
  test('takes in what only the engine knows, once typing rests', async () => {
    const under = await started();
    const { columns } = under.session.shown!.tree;
    under.foundSpans = [spanIdAt(columns, 0)];
    under.session.search('charg');
    under.session.search('client');
    expect([...under.session.shown!.matches]).toEqual([1]);
    await under.settle(300);
    expect(under.asked.findSpans).toEqual(['client']);
    expect([...under.session.shown!.matches]).toEqual([0, 1]);
  });

  test('does without the engine where it does not answer, and asks nothing for nothing', async () => {
    const under = await started();
    under.session.search('   ');
    await under.settle(300);
    expect(under.asked.findSpans).toEqual([]);
    under.failure = new Error('gone');
    under.session.search('client');
    await under.settle(300);
    expect([...under.session.shown!.matches]).toEqual([1]);
  });
});

describe('log records', () => {
  test('come with the selected span; with the root those that name no span', async () => {
    const under = await started();
    const { columns } = under.session.shown!.tree;
    const [root, child] = [spanIdAt(columns, 0), spanIdAt(columns, 1)];
    under.logRecords = logRecordsOf(root);
    under.session.select(0);
    await under.settle();
    expect(under.session.logs.of(root)).toHaveLength(3);
    under.session.select(1);
    expect(under.session.logs.of(root)).toEqual([]);
    await under.settle();
    expect(under.session.logs.of(child)).toHaveLength(3);
    expect(under.asked.logs).toEqual([`${root} and unplaced`, child]);
  });

  test('mark the bars of all spans of the trace', async () => {
    const under = await started();
    const { columns } = under.session.shown!.tree;
    const child = spanIdAt(columns, 1);
    under.logRecords = logRecordsOf(child);
    await under.changed(under.drawn, 2000);
    await under.settle(400);
    expect(under.session.logMarks.of(child).map(({ severity }) => severity)).toEqual(['info', 'warn', 'error']);
    expect(under.session.logMarks.of(spanIdAt(columns, 0))).toEqual([]);
  });

  test('that come later than the span are there after the next change', async () => {
    const under = await started();
    const root = spanIdAt(under.session.shown!.tree.columns, 0);
    under.session.select(0);
    await under.settle();
    under.logRecords = logRecordsOf(root);
    await under.changed(under.drawn, 2000);
    expect(under.session.logs.of(root)).toHaveLength(3);
  });
});
