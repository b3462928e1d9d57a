import { describe, expect, it } from 'vitest';
import { changeSince } from '../../../src/host/lines/changeSince';
import { hoverText } from '../../../src/host/lines/hoverText';
import { formatCount, lensText, lensTooltip } from '../../../src/host/lines/lensText';
import { codeSpan, commandLink, escapeMarkdown } from '../../../src/host/markdown';
import { formatBytes, listeningPorts, sharedEndpoint, statusText } from '../../../src/host/status/statusText';
import { traceText, traceTooltip } from '../../../src/host/traces/traceText';
import type { TraceId } from '../../../src/model/ids';
import type { TraceSummary } from '../../../src/model/traceColumns';
import type { EngineStatus } from '../../../src/protocol/engine';
import { durations, lineStats, MS } from './samples';

describe('the text above a line', () => {
  it('is the median, the 95th percentile and the count', () => {
    expect(lensText(lineStats())).toBe('12 ms · p95 48 ms · 37×');
  });

  it('is the one duration where there is but one', () => {
    expect(lensText(lineStats({ count: 1, p50: 12 * MS, p95: 12 * MS }))).toBe('12 ms');
  });

  it('is told in whole words to whoever points at it or hears it', () => {
    const one = lineStats({ count: 1, p50: 12 * MS, p95: 12 * MS });
    expect([lineStats(), one, lineStats({ count: 0, neverEnded: 1 })].map(lensTooltip)).toEqual([
      'Median 12 ms, 95th percentile 48 ms, of 37 spans. Open the waterfall at the latest',
      'One span of 12 ms. Open the waterfall at the latest',
      'Spans of this line never ended. Open the waterfall at the latest',
    ]);
  });

  it('names errors and what changed since the last run', () => {
    const slower = lineStats({ p50: 50 * MS, p95: 60 * MS, errors: 2, previous: durations({ p95: 20 * MS }) });
    expect(lensText(slower)).toBe('50 ms · p95 60 ms · 37× · 2 errors · +38 ms vs last run');
    const faster = lineStats({ p95: 14 * MS, errors: 1, previous: durations({ p50: 50 * MS, p95: 60 * MS }) });
    expect(lensText(faster)).toBe('12 ms · p95 14 ms · 37× · 1 error · −38 ms vs last run');
  });

  it('only counts where a router is mounted, whose spans end at once', () => {
    const mounted = { names: ['router - /users', 'router - /orders'], p50: 0.02 * MS, p95: 0.1 * MS };
    const previous = durations({ p50: 5 * MS });
    expect(lensText(lineStats({ ...mounted, errors: 2, previous }))).toBe('37× · 2 errors');
    expect(hoverText(lineStats(mounted), '/a')).toMatch(/37 requests came to this router/);
    expect(lensText(lineStats({ ...mounted, p95: 40 * MS }))).toContain('p95 40 ms');
    expect(lensText(lineStats({ ...mounted, names: ['router - /users', 'load'] }))).toContain('p95');
  });

  it('says when the line is a guess', () => {
    expect(lensText(lineStats({ confidence: 'possible' }))).toMatch(/ · possibly here$/);
    expect(lensText(lineStats({ confidence: 'likely' }))).not.toContain('here');
  });

  it('shortens large counts', () => {
    expect([9999, 10_000, 12_345, 999_999, 1_234_567].map(formatCount)).toEqual([
      '9999×',
      '10k×',
      '12.3k×',
      '1M×',
      '1.23M×',
    ]);
  });
});

describe('a change since the last run', () => {
  const steady = (p50: number, count: number) => durations({ p50: p50 * MS, p95: p50 * 1.1 * MS, count });

  it.each([
    ['5 % of a hundred samples', steady(105, 100), steady(100, 100), undefined],
    ['20 % of a hundred samples', steady(120, 100), steady(100, 100), 20 * MS],
    ['30 % of one sample', steady(130, 1), steady(100, 1), undefined],
    ['100 % of one sample', steady(200, 1), steady(100, 1), 100 * MS],
    ['a tenth of a millisecond', steady(0.2, 100), steady(0.1, 100), undefined],
    ['what scatter explains', durations({ p50: 20 * MS, p95: 200 * MS, count: 9 }), steady(10, 9), undefined],
    [
      'what a skewed run of forty samples says',
      durations({ p50: 86 * MS, p95: 344 * MS, count: 37 }),
      durations({ p50: 48 * MS, p95: 192 * MS, count: 40 }),
      38 * MS,
    ],
    [
      'the same spread over many more samples',
      durations({ p50: 20 * MS, p95: 200 * MS, count: 9000 }),
      steady(10, 9000),
      10 * MS,
    ],
  ])('of %s counts or does not', (_, now, before, expected) => {
    const change = changeSince(now, before);
    if (expected === undefined) expect(change).toBeUndefined();
    else expect(change).toBeCloseTo(expected);
  });

  it('needs a run before', () => {
    expect(changeSince(durations(), undefined)).toBeUndefined();
    expect(changeSince(durations(), durations({ count: 0, p50: 0 }))).toBeUndefined();
  });
});

describe('the hover', () => {
  it('shows both runs, where the line is known from and the way to the waterfall', () => {
    const text = hoverText(
      lineStats({ errors: 2, previous: durations({ p50: 50 * MS, p95: 60 * MS }), p95: 14 * MS }),
      '/src/a.ts',
    );
    expect(text).toContain('`checkout`');
    const table = text.replaceAll('&nbsp;', '');
    expect(table).toContain('| this run | 12 ms | 14 ms | 60 ms | 37 | **2** |');
    expect(table).toContain('| last run | 50 ms | 60 ms | 60 ms | 37 | 0 |');
    expect(text).toContain('**−38 ms vs last run**');
    expect(text).toContain('Recorded on this line: seen when the program started the span · shop');
    expect(text).toContain(`command:spanline.openLine?${encodeURIComponent('["/src/a.ts",1]')}`);
  });

  it('warns of names that hold an id', () => {
    expect(hoverText(lineStats({ distinctNames: 2 }), '/a')).not.toContain('$(warning)');
    expect(hoverText(lineStats({ distinctNames: 400 }), '/a')).toContain('400 distinct names');
    expect(hoverText(lineStats({ distinctNames: 1000 }), '/a')).toContain('a thousand or more distinct names');
  });

  it('links the other lines that a span may come from, each by as much of its path as tells them apart', () => {
    const alternatives = [
      { path: '/w/users/index.js', line: 4 },
      { path: '/w/items (old)/index.js', line: 9 },
      { path: 'c:\\w\\#1\\main.js', line: 2 },
    ];
    const text = hoverText(lineStats({ alternatives }), '/w/3/main.js');
    expect(text).toContain(
      'Or [users/index\\.js:4](file:///w/users/index.js#4), ' +
        '[items \\(old\\)/index\\.js:9](file:///w/items%20%28old%29/index.js#9), ' +
        '[\\#1/main\\.js:2](file:///c:/w/%231/main.js#2)',
    );
  });

  it('counts the names that it does not list', () => {
    const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
    expect(hoverText(lineStats({ names, distinctNames: 14 }), '/a')).toMatch(/`n4` and 9 more/);
  });

  it('shows hostile names as text', () => {
    const name = 'x | y\n[click](command:evil) ``` <img src=x>';
    const text = hoverText(lineStats({ names: [name], services: ['[s](command:evil)'] }), '/a');
    expect(text.split('\n')[0]).toBe('```` x ¦ y [click](command:evil) ``` <img src=x> ````');
    expect(text).toContain('\\[s\\]\\(command:evil\\)');
  });
});

describe('Markdown', () => {
  it('is escaped', () => {
    expect(escapeMarkdown('a *b* [c](d) $(error) <x>')).toBe('a \\*b\\* \\[c\\]\\(d\\) \\$\\(error\\) \\<x\\>');
    expect(codeSpan('')).toBe('` `');
  });

  it('carries arguments of commands whatever they hold', () => {
    const link = commandLink('open', 'x.y', ['/a (b)/c"d.ts', 1]);
    const query = /\?(.*)\)$/.exec(link)?.[1] ?? '';
    expect(query).not.toMatch(/["\s]/);
    expect(JSON.parse(decodeURIComponent(query))).toEqual(['/a (b)/c"d.ts', 1]);
  });
});

const trace: TraceSummary = {
  traceId: 'a'.repeat(32) as TraceId,
  rootName: 'GET /cart',
  rootService: 'shop',
  rooted: true,
  startMs: new Date(2026, 0, 2, 14, 3, 22, 45).getTime(),
  duration: 48 * MS,
  spans: 12,
  errors: 0,
  services: ['shop', 'stock'],
  pinned: false,
  slow: false,
};

describe('a trace in the list', () => {
  const textOf = (one: TraceSummary) => traceText(one, trace.startMs + 2 * 3_600_000);

  it('tells duration, service, size and time', () => {
    expect(textOf(trace)).toMatchObject({ label: 'GET /cart', description: '48 ms · 14:03:22 · shop · 12 spans' });
    const unrouted = { ...trace, rootName: 'GET', rootPath: '/posts/1' };
    expect(textOf(unrouted)).toMatchObject({
      label: 'GET',
      description: '/posts/1 · 48 ms · 14:03:22 · shop · 12 spans',
    });
    expect(traceTooltip(unrouted)).toContain('**GET /posts/1**');
  });

  it('is cut where nobody reads on, counts in thousands, and draws no name the other way round', () => {
    const endless = { ...trace, rootName: 'n'.repeat(3000), rootService: 's'.repeat(300), spans: 100_000 };
    const { label, description, accessible } = textOf(endless);
    expect(label).toBe(`${'n'.repeat(160)}…`);
    expect(description).toContain(' · 100,000 spans');
    expect(accessible.length).toBeLessThan(400);
    expect(textOf({ ...trace, rootName: 'evil\u202egnp.exe' }).label).not.toContain('\u202e');
  });

  it('keeps its duration behind a name in Arabic or Hebrew, whose direction digits would take on', () => {
    const { label, description } = textOf({ ...trace, rootName: 'طلب جديد', rootService: 'חנות' });
    expect(label).toBe('\u2068طلب جديد\u2069');
    expect(description).toBe('48 ms · 14:03:22 · \u2068חנות\u2069 · 12 spans');
  });

  it('names no service that nobody named', () => {
    for (const rootService of ['unknown_service', 'unknown_service:/usr/bin/node'])
      expect(textOf({ ...trace, rootService }).description).toBe('48 ms · 14:03:22 · 12 spans');
    expect(textOf({ ...trace, rootService: 'unknown_services' }).description).toContain('unknown_services');
  });

  it('tells errors, and aloud what its icon says', () => {
    const { description, accessible } = textOf({ ...trace, errors: 1, spans: 1, rooted: false });
    expect(description).toBe('48 ms · 14:03:22 · shop · 1 span · 1 error');
    expect(accessible).toContain('no root');
  });

  it('is not named after a child while its root may still come', () => {
    const child = { ...trace, rootName: 'SELECT carts', rooted: false };
    const soon = trace.startMs + 1000;
    expect(traceText(child, soon).label).toBe('waiting for root · SELECT carts');
    expect(traceText(child, soon + 120_000).label).toBe('no root · SELECT carts');
  });

  it('tells that it was slow, and aloud that it is pinned', () => {
    expect(textOf({ ...trace, slow: true }).description).toMatch(/ · slow$/);
    expect(textOf({ ...trace, pinned: true }).accessible).toContain('pinned');
  });

  it('has a name even when it has none', () => {
    expect(textOf({ ...trace, rootName: '', rootService: '' })).toMatchObject({
      label: '(no name)',
      description: '48 ms · 14:03:22 · 12 spans',
    });
  });

  it('of another day tells the day', () => {
    expect(traceText(trace, trace.startMs + 24 * 3_600_000).description).toBe('48 ms · 2 Jan 14:03 · shop · 12 spans');
    expect(traceTooltip(trace)).toContain('2026-01-02 14:03:22.045');
  });

  it('explains a missing root in its tooltip', () => {
    expect(traceTooltip(trace)).toContain('14:03:22.045');
    expect(traceTooltip(trace)).not.toContain('has not arrived');
    expect(traceTooltip({ ...trace, rooted: false })).toContain('has not arrived');
  });
});

const status: EngineStatus = {
  endpoints: [
    { address: '127.0.0.1', port: 4317, use: 'shared' },
    { address: '::1', port: 4318, use: 'shared' },
    { address: '127.0.0.1', port: 4318, use: 'shared' },
    { address: '127.0.0.1', port: 40001, use: 'session' },
  ],
  problems: [],
  notices: [],
  lostPorts: [],
  revision: 1,
  spans: 12_345,
  traces: 678,
  bytes: 5 * 1024 * 1024,
  spansPerSecond: 0,
  rejectedSpans: 0,
  metricStreams: 0,
};

describe('the status bar', () => {
  it('names the port, and the rate while spans come in', () => {
    expect(statusText('ready', status).text).toBe('$(pulse) Spanline 4318');
    expect(statusText('ready', { ...status, spansPerSecond: 1 }).text).toMatch(/ · 1 span\/s$/);
    expect(statusText('ready', { ...status, spansPerSecond: 120.4 }).text).toBe('$(pulse) Spanline 4318 · 120 spans/s');
    expect(statusText('ready', { ...status, spansPerSecond: 12_345 }).text).toBe(
      '$(pulse) Spanline 4318 · 12k spans/s',
    );
  });

  it('warns of problems and tells them in the tooltip, shown as text', () => {
    const problem = 'Port 4318 is taken by jaeger (pid 812); listening on 43181. Set "spanline.receiver.port".';
    const { text, severity, tooltip, accessible } = statusText('ready', { ...status, problems: [problem] });
    expect([text, severity]).toEqual(['$(warning) Spanline 4318', 'warning']);
    expect(tooltip).toContain('jaeger \\(pid 812\\)');
    expect(accessible).toContain(problem);
  });

  it('says while what was received before is being brought back', () => {
    const { text, tooltip, accessible } = statusText('ready', { ...status, restoring: true });
    expect(text).toBe('$(sync~spin) Spanline 4318');
    for (const told of [tooltip, accessible]) expect(told).toContain('Bringing back what was received before');
    expect(statusText('ready', status).tooltip).not.toContain('Bringing back');
  });

  it('lists ports and what is held', () => {
    const { tooltip } = statusText('ready', { ...status, rejectedSpans: 7 });
    expect(tooltip).toContain('- `127.0.0.1:4317` any program');
    expect(tooltip).toContain('- `127.0.0.1:40001` debug session');
    expect(tooltip).toContain('12,345 spans in 678 traces · 5.0 MB · 7 spans rejected');
    expect(statusText('ready', { ...status, spans: 4, traces: 1 }).tooltip).toContain('4 spans in 1 trace ·');
  });

  it.each(['starting', 'restarting', 'failed', 'stopped', 'ready'] as const)(
    'has words for an engine that is %s',
    (state) => {
      expect(statusText(state, undefined).text).toContain('Spanline');
      expect(statusText(state, undefined).tooltip).toBeTruthy();
    },
  );

  it('names the endpoint that a program can be told, never a session’s', () => {
    expect(sharedEndpoint(status)).toBe('http://127.0.0.1:4318');
    expect(sharedEndpoint({ ...status, endpoints: status.endpoints.slice(-1) })).toBeUndefined();
    expect(sharedEndpoint({ ...status, endpoints: [{ address: '::', port: 43181, use: 'shared' }] })).toBe(
      'http://127.0.0.1:43181',
    );
  });

  it('takes two addresses of one port for one, IPv4 first', () => {
    expect(listeningPorts(status).map(({ port, addresses }) => [port, ...addresses])).toEqual([
      [4317, '127.0.0.1'],
      [4318, '127.0.0.1', '::1'],
      [40001, '127.0.0.1'],
    ]);
    const onlyV6 = { ...status, endpoints: [{ address: '::1', port: 4318, use: 'shared' as const }] };
    expect(sharedEndpoint(onlyV6)).toBe('http://[::1]:4318');
  });

  it('names a port that every program reaches, where somebody else holds 127.0.0.1 of another', () => {
    const endpoints = [
      { address: '127.0.0.1', port: 4317, use: 'shared' as const },
      { address: '::1', port: 4317, use: 'shared' as const },
      { address: '::1', port: 4318, use: 'shared' as const },
      { address: '::1', port: 43181, use: 'shared' as const },
    ];
    expect(sharedEndpoint({ ...status, endpoints })).toBe('http://127.0.0.1:4317');
    expect(statusText('ready', { ...status, endpoints }).text).toContain('Spanline 4317');
  });

  it('writes bytes as people do', () => {
    expect([0, 1000, 1024 * 1024, 512 * 1024 * 1024].map(formatBytes)).toEqual(['0 KB', '1 KB', '1.0 MB', '512 MB']);
  });
});
