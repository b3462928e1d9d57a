import { formatDuration } from '../../model/durationFormat';
import type { RunId } from '../../model/ids';
import type { DurationStats, LineStats } from '../../model/lineStats';
import { shownName } from '../../model/shownName';
import { pauseText } from '../../model/spanTimes';
import type { Confidence, SourcePlace } from '../../model/sourceLocation';
import { COMMANDS } from '../../protocol/contributions';
import { codeSpan, commandLink, escapeMarkdown, fileLink } from '../markdown';
import { plural, shortened } from '../texts';
import { changeText } from './lensText';
import { countsOnly } from './mounts';

/** More names than that are likely one name with an id inside it. */
const MANY_NAMES = 20;
const LISTED_NAMES = 5;
const LISTED_PLACES = 5;

const CONFIDENCE: Record<Confidence, string> = {
  certain: 'Recorded on this line',
  likely: 'Most likely this line',
  possible: 'Possibly this line',
};

/** What tells a run from others: `abc1234, 3 files changed, yesterday 14:02`; undefined for one that nobody knows. */
export type DescribeRun = (run: RunId) => string | undefined;

/** The Markdown of the hover on a line. `path` as the store keys it. */
export function hoverText(stats: LineStats, path: string, describe: DescribeRun = () => undefined): string {
  const paragraphs = [
    names(stats),
    ...(stats.count > 0 ? [countsOnly(stats) ? requests(stats) : durations(stats)] : []),
    ...runs(stats, describe),
    ...(stats.neverEnded ? [neverEnded(stats.neverEnded)] : []),
    ...(stats.distinctNames > MANY_NAMES ? [manyNames(stats)] : []),
    [`${CONFIDENCE[stats.confidence]}: ${escapeMarkdown(stats.reason)}`, services(stats)].filter(Boolean).join(' · '),
    ...(stats.alternatives ? [otherPlaces(stats.alternatives, path)] : []),
    links(stats, path),
  ];
  return paragraphs.join('\n\n');
}

function otherPlaces(places: readonly SourcePlace[], here: string): string {
  const shown = places.slice(0, LISTED_PLACES).map(({ path, line }) => {
    const others = [here, ...places.map((place) => place.path)].filter((other) => other !== path);
    return fileLink(`${shortPath(path, others)}:${line}`, path, line);
  });
  const more = places.length - shown.length;
  return `Or ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** As many of its last segments as tell it from the others. */
function shortPath(path: string, others: readonly string[]): string {
  const segments = path.split(/[\\/]/);
  for (let count = 1; count < segments.length; count++) {
    const end = segments.slice(-count).join('/');
    if (!others.some((other) => other.replaceAll('\\', '/').endsWith(`/${end}`))) return end;
  }
  return path;
}

function names({ names, distinctNames }: LineStats): string {
  const shown = names
    .slice(0, LISTED_NAMES)
    .map((name) => codeSpan(shortened(shownName(name))))
    .join(', ');
  const more = distinctNames - Math.min(names.length, LISTED_NAMES);
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function requests({ count, errors }: LineStats): string {
  const failed = errors > 0 ? `, **${errors}** with errors` : '';
  return `${plural(count, 'request')}${failed} came to this router. Its spans end at once; what it does takes its time on the lines of its routes.`;
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

/** Only where there are two: of a single run nobody asks which it is. */
function runs({ run, previous, previousRun }: LineStats, describe: DescribeRun): string[] {
  if (!previous) return [];
  const [now, before] = [describe(run), previousRun && describe(previousRun)];
  const lines = [now && `this run: ${escapeMarkdown(now)}`, before && `last run: ${escapeMarkdown(before)}`];
  const known = lines.filter((line) => line !== undefined && line !== '');
  return known.length > 0 ? [known.join('  \n')] : [];
}

function neverEnded(count: number): string {
  const spans = count === 1 ? '1 span' : `${count} spans`;
  return `$(warning) ${spans} never ended: an \`end()\` is missing on some path, such as that of aborted work, or the program was stopped before.`;
}

function services({ services }: LineStats): string {
  return services.map((service) => escapeMarkdown(shortened(service))).join(', ');
}

/** `latest 1.2 s running, 14.8 s on the clock, paused at a breakpoint for 13.6 s`. */
function latestText({ duration, paused = 0 }: LineStats['latest']): string {
  const pause = pauseText(duration + paused, paused);
  return `latest ${formatDuration(duration)}${pause ? ` running, ${pause}` : ''}`;
}

function links({ line, latest, count }: LineStats, path: string): string {
  return [
    commandLink('$(list-tree) Open in waterfall', COMMANDS.openLine, [path, line]),
    ...(count > 0 ? [latestText(latest)] : []),
  ].join(' · ');
}
