import { describe, expect, it } from 'vitest';
import {
  ageText,
  copiedText,
  exemplarSpan,
  metricTooltip,
  quantityText,
  valueText,
} from '../../../src/host/metrics/metricText';
import { metricTree } from '../../../src/host/metrics/metricTree';
import { logLine } from '../../../src/host/logs/logText';
import type { RunId, SpanId, TraceId } from '../../../src/model/ids';
import type { MetricStream } from '../../../src/model/metric';

const stream = (members: Partial<MetricStream> = {}): MetricStream => ({
  id: 1,
  service: 'shop',
  instance: '812',
  scope: 'meter',
  name: 'http.server.duration',
  description: 'How long *requests* take',
  unit: 's',
  type: 'histogram',
  temporality: 'cumulative',
  monotonic: false,
  attributes: [{ key: 'http.route', value: { kind: 'string', value: '/a|b' } }],
  run: 'run-1' as RunId,
  startTimeUnixNano: '1',
  timeUnixNano: '2',
  receivedMs: 1000,
  value: { kind: 'histogram', count: 4, sum: 0.1, bounds: [0.01, 0.05], counts: [2, 2, 0] },
  exemplars: [],
  points: 3,
  resets: 0,
  ...members,
});

describe('a metric', () => {
  it.each([
    [0.0125, 's', '13 ms'],
    [1500, 'ms', '1.5 s'],
    [5 * 1024 * 1024, 'By', '5 MiB'],
    [12345, '1', '12,345'],
    [3, '{request}', '3 request'],
    [0.12345, '', '0.1235'],
    [45.5, '%', '45.5 %'],
    [NaN, 's', 'NaN'],
  ])('of %s %s reads %s', (value, unit, text) => {
    expect(quantityText(value, unit)).toBe(text);
  });

  it('of many measurements tells median, 95th percentile and count', () => {
    expect(valueText(stream())).toBe('10 ms · p95 46 ms · 4×');
    expect(valueText(stream({ value: { kind: 'histogram', count: 4, sum: 2, bounds: [], counts: [] } }))).toBe(
      'avg 500 ms · 4×',
    );
    expect(valueText(stream({ value: undefined }))).toBe('no value');
  });

  it('is copied exactly', () => {
    expect(copiedText(stream({ value: { kind: 'int', value: '9007199254740993' } }))).toBe('9007199254740993');
    expect(JSON.parse(copiedText(stream()))).toMatchObject({ count: 4 });
  });

  it('leads to the span that it was measured in', () => {
    const [traceId, spanId] = ['a'.repeat(32) as TraceId, 'b'.repeat(16) as SpanId];
    const exemplar = {
      timeUnixNano: '5',
      traceId,
      spanId,
      value: { kind: 'double', value: 0.02 },
      attributes: [],
    } as const;
    const one = stream({ exemplars: [{ timeUnixNano: '9', attributes: [] }, exemplar] });
    expect(exemplarSpan(one)).toEqual({ traceId, spanId });
    expect(exemplarSpan(stream())).toBeUndefined();
    expect(metricTooltip(one)).toContain('[20 ms](command:spanline.openTrace?');
  });

  it('says in its tooltip all that is known, whatever programs wrote', () => {
    const text = metricTooltip(stream({ resets: 2 }));
    expect(text).toContain('How long \\*requests\\* take');
    expect(text).toContain('/a\\|b');
    expect(text).toContain('began anew 2×');
    expect(text).toContain('| p99 |');
  });

  it('has an age', () => {
    expect([1, 12, 200, 8000].map((seconds) => ageText(0, seconds * 1000))).toEqual([
      'now',
      '12 s ago',
      '3 min ago',
      '2 h ago',
    ]);
  });
});

describe('the tree of metrics', () => {
  it('goes by service and instrument, and spares a level for a single stream', () => {
    const text = (value: string) => ({ kind: 'string', value }) as const;
    const common = { key: 'host', value: text('local') };
    const method = (name: string) => ({ key: 'method', value: text(name) });
    const streams = [
      stream({ id: 1, name: 'a' }),
      stream({ id: 2, name: 'a', attributes: [] }),
      stream({ id: 5, name: 'c', attributes: [common, method('GET')] }),
      stream({ id: 6, name: 'c', attributes: [common, method('PUT')] }),
      stream({ id: 7, name: 'd', instance: '11', attributes: [common] }),
      stream({ id: 8, name: 'd', instance: '12', attributes: [common] }),
      stream({ id: 3, name: 'b' }),
      stream({ id: 4, service: 'bank', name: 'a' }),
    ];
    const picture = metricTree(streams, (attributes) => attributes.map(({ key }) => key).join()).map((node) =>
      node.kind === 'service'
        ? [
            node.service,
            ...node.children.map((child) =>
              child.kind === 'instrument'
                ? [child.name, ...child.children.map((one) => one.kind === 'stream' && one.label)]
                : child.id,
            ),
          ]
        : node,
    );
    expect(picture).toEqual([
      [
        'shop',
        ['a', 'http.route', 'process 812'],
        ['c', 'method', 'method'],
        ['d', 'process 11', 'process 12'],
        'stream 3',
      ],
      ['bank', 'stream 4'],
    ]);
  });
});

describe('a log record without a trace', () => {
  it('is one line', () => {
    const line = logLine({
      traceId: '' as TraceId,
      timeUnixNano: '1700000000000000000',
      severity: 'warn',
      severityText: '',
      body: { kind: 'string', value: 'tea\n  is low' },
      attributes: [{ key: 'cups', value: { kind: 'int', value: '1' } }],
      eventName: '',
      service: 'shop',
      scope: 'winston',
      run: 'run-1' as RunId,
    });
    expect(line).toMatch(/ \[WARN\] shop winston: tea ⏎ is low cups=1$/);
  });
});
