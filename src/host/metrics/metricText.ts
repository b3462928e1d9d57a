import { attributeText } from '../../model/attributeText';
import type { Attribute } from '../../model/attributes';
import { formatDuration } from '../../model/durationFormat';
import { asSpanId, asTraceId } from '../../model/ids';
import type { Exemplar, Histogram, ExponentialHistogram, MetricStream, MetricValue, Summary } from '../../model/metric';
import { metricQuantile } from '../../model/metricQuantile';
import { COMMANDS } from '../../protocol/contributions';
import { codeSpan, commandLink, escapeMarkdown } from '../markdown';

const SHOWN_EXEMPLARS = 3;
const TOOLTIP_QUANTILES = [0.5, 0.9, 0.95, 0.99];

/** Nanoseconds by the units that OpenTelemetry's conventions use for durations. */
const DURATION_UNITS: Readonly<Record<string, number>> = { s: 1e9, ms: 1e6, us: 1e3, ns: 1, min: 60e9, h: 3600e9 };
const BYTE_STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A number as people read it, in its unit (UCUM, as instruments give it). */
export function quantityText(value: number, unit: string): string {
  if (!Number.isFinite(value)) return String(value);
  const nanos = DURATION_UNITS[unit];
  if (nanos !== undefined) return formatDuration(value * nanos);
  if (unit === 'By') return bytesText(value);
  const text = numberText(value);
  if (unit === '%') return `${text} %`;
  // `1` says that there is none; what stands in braces is a word for what is counted.
  const word = unit === '1' ? '' : unit.replace(/[{}]/g, '');
  return word ? `${text} ${word}` : text;
}

function numberText(value: number): string {
  return value.toLocaleString('en', Number.isInteger(value) ? {} : { maximumSignificantDigits: 4 });
}

function bytesText(value: number): string {
  let [size, step] = [value, 0];
  for (; Math.abs(size) >= 1024 && step < BYTE_STEPS.length - 1; step++) size /= 1024;
  return `${numberText(Number(size.toPrecision(3)))} ${BYTE_STEPS[step]}`;
}

/** The value in short: a number, or median, 95th percentile and count. */
export function valueText({ value, unit }: MetricStream): string {
  if (value === undefined) return 'no value';
  if (value.kind === 'int' || value.kind === 'double') return quantityText(Number(value.value), unit);
  return distributionText(value, unit);
}

function distributionText(value: Histogram | ExponentialHistogram | Summary, unit: string): string {
  const [p50, p95] = [metricQuantile(value, 0.5), metricQuantile(value, 0.95)];
  const average = value.sum !== undefined && value.count > 0 ? value.sum / value.count : undefined;
  const parts = [
    ...(p50 !== undefined
      ? [quantityText(p50, unit)]
      : average !== undefined
        ? [`avg ${quantityText(average, unit)}`]
        : []),
    ...(p95 !== undefined ? [`p95 ${quantityText(p95, unit)}`] : []),
    `${numberText(value.count)}×`,
  ];
  return parts.join(' · ');
}

/** Exact, for the clipboard. */
export function copiedText({ value }: MetricStream): string {
  if (value === undefined) return '';
  return value.kind === 'int' || value.kind === 'double' ? String(value.value) : JSON.stringify(value);
}

/** A single attribute says by its value alone what it is, mostly; the tooltip has the key. */
export function attributesText(attributes: readonly Attribute[]): string {
  if (attributes.length === 1) return attributeText(attributes[0].value);
  return attributes.map(({ key, value }) => `${key}=${attributeText(value)}`).join(' ');
}

/** `now`, `12 s ago`, `3 min ago`. */
export function ageText(receivedMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - receivedMs) / 1000));
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3600)} h ago`;
}

/** Markdown with links to the exemplars' spans. */
export function metricTooltip(stream: MetricStream): string {
  const { name, description, attributes, exemplars } = stream;
  const rows = [...facts(stream), ...attributes.map(({ key, value }) => [key, attributeText(value)])];
  const cells = rows.map(([key, text]) => `| ${escapeMarkdown(key)} | ${escapeMarkdown(text)} |`);
  const links = exemplars.slice(0, SHOWN_EXEMPLARS).flatMap((exemplar) => exemplarLink(exemplar, stream.unit));
  return [
    `**${escapeMarkdown(name)}**`,
    ...(description ? [escapeMarkdown(description)] : []),
    ['| | |', '|:--|:--|', ...cells].join('\n'),
    ...(links.length > 0 ? [`Measured in ${links.join(', ')}`] : []),
  ].join('\n\n');
}

function facts(stream: MetricStream): (readonly [string, string])[] {
  const { value, unit, type, temporality, monotonic, scope, instance, points, resets } = stream;
  const kind = [type, ...(temporality === 'unspecified' ? [] : [temporality]), ...(monotonic ? ['monotonic'] : [])];
  return [
    ['Value', valueText(stream)],
    ...(value ? distributionFacts(value, unit) : []),
    ['Kind', kind.join(', ')],
    ...(unit ? [['Unit', unit] as const] : []),
    ...(scope ? [['Meter', scope] as const] : []),
    ...(instance ? [['Process', instance] as const] : []),
    ['Data points', resets > 0 ? `${points}, began anew ${resets}×` : String(points)],
  ];
}

function distributionFacts(value: MetricValue, unit: string): (readonly [string, string])[] {
  if (value.kind === 'int' || value.kind === 'double') return [];
  const quantiles =
    value.kind === 'summary'
      ? value.quantiles.map(({ quantile, value: at }) => [quantile, at] as const)
      : TOOLTIP_QUANTILES.map((share) => [share, metricQuantile(value, share)] as const);
  return [
    ...(value.sum === undefined ? [] : [['Sum', quantityText(value.sum, unit)] as const]),
    ...(value.min === undefined ? [] : [['Min', quantityText(value.min, unit)] as const]),
    ...(value.max === undefined ? [] : [['Max', quantityText(value.max, unit)] as const]),
    ...quantiles.flatMap(([share, at]) =>
      at === undefined ? [] : [[`p${Number((share * 100).toPrecision(6))}`, quantityText(at, unit)] as const],
    ),
  ];
}

function exemplarLink({ traceId, spanId, value }: Exemplar, unit: string): string[] {
  if (!traceId || !spanId) return [];
  const text = value ? quantityText(Number(value.value), unit) : 'a span';
  return [`${commandLink(text, COMMANDS.openTrace, [traceId, spanId])} (${codeSpan(traceId.slice(0, 8))})`];
}

/** The latest exemplar that names a span. */
export function exemplarSpan({ exemplars }: MetricStream) {
  for (const { traceId, spanId } of exemplars) {
    const [trace, span] = [traceId && asTraceId(traceId), spanId && asSpanId(spanId)];
    if (trace && span) return { traceId: trace, spanId: span };
  }
  return undefined;
}
