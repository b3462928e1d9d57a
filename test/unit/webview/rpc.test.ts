import { describe, expect, test, vi } from 'vitest';
import type { WaterfallHost, WaterfallView } from '../../../src/protocol/waterfall';
import { checkedColumns } from '../../../src/protocol/waterfallGuards';
import { waterfallHtml } from '../../../src/protocol/waterfallHtml';
import { connectToHost, connectToView, type WaterfallChannel } from '../../../src/protocol/waterfallRpc';
import { traceIdOf, traceOf } from '../../webview/synthetic';

const TRACE = traceIdOf(0);
const trace = traceOf([{ name: 'a', at: 0, takes: 9, children: [{ name: 'b', at: 1, takes: 2 }] }]);

function hostWith(functions: Partial<WaterfallHost>): WaterfallHost {
  const none = async (): Promise<never> => {
    throw new Error('not part of this test');
  };
  return {
    ready: none,
    traces: none,
    trace: none,
    span: none,
    logs: none,
    logMarks: none,
    findSpans: none,
    reveal: none,
    revealFrame: none,
    showing: none,
    copy: none,
    showRedactionSettings: none,
    ...functions,
  };
}

const silentView: WaterfallView = { show() {}, changed() {}, mark() {}, status() {} };

/** Both ends over channels that pass structured clones, as `postMessage` does. `send` speaks to the host without the far end. */
function connect(host: WaterfallHost, view: WaterfallView = silentView) {
  const errors: string[] = [];
  const listeners = { host: new Set<(message: unknown) => void>(), view: new Set<(message: unknown) => void>() };
  const channel = (mine: 'host' | 'view', theirs: 'host' | 'view'): WaterfallChannel => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => listeners[theirs].forEach((listener) => listener(copy)));
    },
    listen: (listener) => {
      listeners[mine].add(listener);
      return { dispose: () => listeners[mine].delete(listener) };
    },
  });
  const onError = (error: Error): void => void errors.push(error.message);
  const hostEnd = connectToView(channel('host', 'view'), host, onError);
  const viewEnd = connectToHost(channel('view', 'host'), view, onError);
  const send = (message: unknown): void => listeners.host.forEach((listener) => listener(message));
  return { hostEnd, viewEnd, errors, send };
}

describe('calls from the webview', () => {
  test('a trace crosses with its typed arrays', async () => {
    const { viewEnd } = connect(hostWith({ trace: async () => trace.columns }));
    const columns = await viewEnd.trace(TRACE);
    expect(columns?.duration).toEqual(trace.columns.duration);
    expect(columns?.parent).toBeInstanceOf(Int32Array);
  });

  test('a failure arrives with its words', async () => {
    const { viewEnd } = connect(
      hostWith({
        traces: async () => {
          throw new Error('Port 4318 is taken');
        },
      }),
    );
    await expect(viewEnd.traces(5)).rejects.toThrow('Port 4318 is taken');
  });

  test.each([
    ['trace', ['../../etc/passwd']],
    ['trace', [{ toString: 'x' }]],
    ['span', [TRACE, '12']],
    ['logs', [TRACE, 'x', true]],
    ['logMarks', ['x']],
    ['findSpans', [TRACE, 5]],
    ['traces', [1e9]],
    ['traces', ['5']],
    ['reveal', [{ path: '/a', line: 0 }]],
    ['reveal', [{ line: 4 }]],
    ['reveal', [{ path: '/a', line: 4, candidates: [7] }]],
    ['revealFrame', [{ path: '/a', line: 0 }, 'shop']],
    ['revealFrame', [{ path: '/a', line: 4 }]],
    ['copy', [7]],
    ['showing', ['x']],
  ])('%s with %j never reaches the host', async (method, args) => {
    const called = vi.fn();
    const host = hostWith(Object.fromEntries([[method, called]]));
    const { send, errors } = connect(host);
    send({ t: 'q', i: '1', m: method, a: args });
    await vi.waitFor(() => expect(errors).toHaveLength(1), { timeout: 20_000 });
    expect(called).not.toHaveBeenCalled();
    expect(errors[0]).toMatch(/is not a/);
  });

  test('a location is rebuilt: nothing unknown rides along', async () => {
    const reveal = vi.fn(async () => true);
    const { send } = connect(hostWith({ reveal }));
    send({
      t: 'q',
      i: '1',
      m: 'reveal',
      a: [{ path: '/a.ts', line: 3, confidence: 'sure', reason: 5, scheme: 'command' }],
    });
    await vi.waitFor(() => expect(reveal).toHaveBeenCalled(), { timeout: 20_000 });
    expect(reveal).toHaveBeenCalledWith({ path: '/a.ts', line: 3, confidence: 'possible', reason: '' });
  });

  test.each([[null], ['x'], [{ t: 'q' }], [{ t: 'q', m: 5, a: [] }], [{ t: 'z' }], [[]]])(
    'the message %j is ignored',
    (message) => {
      const { send, errors } = connect(hostWith({}));
      expect(() => send(message)).not.toThrow();
      expect(errors).toEqual([]);
    },
  );

  test('names of Object are no functions of the host', async () => {
    const { send, errors } = connect(hostWith({}));
    for (const method of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
      send({ t: 'q', i: method, m: method, a: [] });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(errors.every((error) => /not found/.test(error))).toBe(true);
  });
});

describe('words from the host', () => {
  test('reach the view checked', async () => {
    const view = { ...silentView, show: vi.fn(), status: vi.fn() };
    const { hostEnd } = connect(hostWith({}), view);
    hostEnd.show({ traceId: TRACE, follow: false });
    hostEnd.status({ engine: 'restarting', problems: ['Port taken'] });
    await vi.waitFor(
      () => expect(view.status).toHaveBeenCalledWith({ engine: 'restarting', problems: ['Port taken'] }),
      { timeout: 20_000 },
    );
    expect(view.show).toHaveBeenCalledWith({ traceId: TRACE, follow: false });
  });

  test('that make no sense are told to nobody but the log', async () => {
    const view = { ...silentView, show: vi.fn() };
    const { hostEnd, errors } = connect(hostWith({}), view);
    hostEnd.show({ traceId: 'x' as never, follow: true });
    await vi.waitFor(() => expect(errors).toHaveLength(1), { timeout: 20_000 });
    expect(view.show).not.toHaveBeenCalled();
  });

  test('after disposal nothing is heard any more', async () => {
    const view = { ...silentView, changed: vi.fn() };
    const { hostEnd, viewEnd } = connect(hostWith({}), view);
    viewEnd.dispose();
    hostEnd.changed({ revision: 3 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(view.changed).not.toHaveBeenCalled();
  });
});

describe('a trace from the host', () => {
  const { columns } = trace;

  test('passes when it is whole', () => {
    expect(checkedColumns(columns)).toBe(columns);
    expect(checkedColumns(undefined)).toBeUndefined();
    expect(checkedColumns(null)).toBeUndefined();
  });

  test.each([
    ['a column that is too short', { start: new Float64Array(1) }, /"start" should hold 2 entries/],
    ['a column that is no array', { flags: [0, 0] }, /"flags"/],
    ['ids that do not fit', { spanIds: new Uint8Array(15) }, /"spanIds" should hold 16/],
    ['a parent that comes later', { parent: Int32Array.of(1, -1) }, /Row 0 names row 1 as its parent/],
    ['a depth that is not its parent’s plus one', { depth: Uint16Array.of(0, 5) }, /Row 1 has depth 5/],
    ['a name that was not sent', { name: Uint32Array.of(0, 9) }, /Row 1 names a string/],
    ['no trace id', { traceId: 'x' }, /is not a trace id/],
  ])('is refused with %s', (_fault, change, words) => {
    expect(() => checkedColumns({ ...columns, ...change })).toThrow(words);
  });
});

describe('the page', () => {
  const html = waterfallHtml({
    scriptUri: 'https://file+.vscode-resource.vscode-cdn.net/a"b/waterfall.js?x=1&y=2',
    cspSource: 'https://*.vscode-cdn.net',
    nonce: 'abc123',
  });

  test('allows its script, its font and nothing else', () => {
    const policy = /content="(default-src[^"]*)"/.exec(html)?.[1];
    expect(policy).toBe(
      "default-src 'none'; script-src 'nonce-abc123'; style-src 'nonce-abc123'; font-src https://*.vscode-cdn.net; base-uri 'none'; form-action 'none'",
    );
    expect(html).not.toMatch(/unsafe/);
  });

  test('has no inline style or script, and its attributes are escaped', () => {
    expect(html).not.toMatch(/<style|style=|>[^<]*\bfunction\b/);
    expect(html).toContain('src="https://file+.vscode-resource.vscode-cdn.net/a&quot;b/waterfall.js?x=1&amp;y=2"');
  });
});
