import { formatDuration } from '../../model/durationFormat';
import type { DurationStats, LineStats } from '../../model/lineStats';
import type { Confidence } from '../../model/sourceLocation';
import { COMMANDS } from '../../protocol/contributions';
import { codeSpan, commandLink, escapeMarkdown } from '../markdown';
import { changeText } from './lensText';

/** More names than that are likely one name with an id inside it. */
const MANY_NAMES = 20;
const LISTED_NAMES = 5;

const CONFIDENCE: Record<Confidence, string> = {
  certain: 'Recorded on this line',
  likely: 'Most likely this line',
  possible: 'Possibly this line',
};

/** The Markdown of the hover on a line. `path` as the store keys it. */
export function hoverText(stats: LineStats, path: string): string {
  const paragraphs = [
    names(stats),
    durations(stats),
    ...(stats.distinctNames > MANY_NAMES ? [manyNames(stats)] : []),
    [`${CONFIDENCE[stats.confidence]}: ${escapeMarkdown(stats.reason)}`, services(stats)].filter(Boolean).join(' · '),
    links(stats, path),
  ];
  return paragraphs.join('\n\n');
}

function names({ names, distinctNames }: LineStats): string {
  const shown = names.slice(0, LISTED_NAMES).map(codeSpan).join(', ');
  const more = distinctNames - Math.min(names.length, LISTED_NAMES);
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function durations(stats: LineStats): string {
  const rows = [row('this run', stats)];
  if (stats.previous) rows.push(row('last run', stats.previous));
  const change = changeText(stats);
  const header = `| | ${['median', 'p95', 'max', 'spans', 'errors'].map(indented).join(' | ')} |`;
  const table = [header, '|:--|--:|--:|--:|--:|--:|', ...rows].join('\n');
  return change ? `${table}\n\n**${change}**` : table;
}

function row(title: string, { p50, p95, max, count, errors }: DurationStats): string {
  const spans = [String(count), errors > 0 ? `**${errors}**` : '0'];
  const cells = [...[p50, p95, max].map(formatDuration), ...spans];
  return `| ${title} | ${cells.map(indented).join(' | ')} |`;
}

/** The editor draws table cells without a gap between them. */
function indented(cell: string): string {
  return `&nbsp;&nbsp;&nbsp;${cell}`;
}

function manyNames({ distinctNames }: LineStats): string {
  const count = distinctNames >= 1000 ? 'a thousand or more' : String(distinctNames);
  return `$(warning) ${count} distinct names: put what varies into an attribute, so that spans of a kind can be compared.`;
}

function services({ services }: LineStats): string {
  return services.map(escapeMarkdown).join(', ');
}

function links({ line, latest }: LineStats, path: string): string {
  return [
    commandLink('$(list-tree) Open in waterfall', COMMANDS.openLine, [path, line]),
    `latest ${formatDuration(latest.duration)}`,
  ].join(' · ');
}
