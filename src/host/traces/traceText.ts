import { formatMoment, formatWhen } from '../../model/clockFormat';
import { formatDuration } from '../../model/durationFormat';
import { isolated, shownName } from '../../model/shownName';
import { pauseText } from '../../model/spanTimes';
import type { TraceSummary } from '../../model/traceColumns';
import { codeSpan, escapeMarkdown } from '../markdown';
import { plural, shortened } from '../texts';

/** One trace in the list: what stands first, what stands dimmed behind it, and what a screen reader says. */
export interface TraceText {
  readonly label: string;
  readonly description: string;
  readonly accessible: string;
}

/** For so long after its last span a trace's root may well be running. */
const ROOT_MAY_COME_MS = 60_000;

/** What SDKs call every service that nobody named, with the path of its runtime perhaps: in each row of the list it tells nothing. */
const UNNAMED = /^unknown_service\b/;

export function traceText(trace: TraceSummary, nowMs = Date.now()): TraceText {
  const label = traceLabel(trace, nowMs);
  const path = trace.rootPath === undefined ? [] : [trace.rootPath];
  const first = [...path.map((text) => isolated(shortened(text))), formatDuration(trace.duration)];
  const parts = [
    ...(UNNAMED.test(trace.rootService) ? [] : [isolated(shortened(trace.rootService))]),
    plural(trace.spans, 'span'),
  ];
  if (trace.errors > 0) parts.push(plural(trace.errors, 'error'));
  if (trace.slow) parts.push('slow');
  const time = formatWhen(trace.startMs, nowMs);
  const pinned = trace.pinned ? ['pinned'] : [];
  return {
    label,
    // In a narrow side bar the end is cut: what tells one request from the next stands before.
    description: [...first, time, ...parts].filter(Boolean).join(' · '),
    accessible: [label, ...first, ...parts, ...pinned, `started ${time}`].filter(Boolean).join(', '),
  };
}

/** A trace without its root has no name yet; what it is called meanwhile must not look like one. */
export function traceLabel(trace: TraceSummary, nowMs: number): string {
  const name = isolated(shortened(shownName(trace.rootName)));
  if (trace.rooted) return name;
  const endMs = trace.startMs + trace.duration / 1e6;
  return nowMs - endMs < ROOT_MAY_COME_MS ? `waiting for root · ${name}` : `no root · ${name}`;
}

function durationText({ duration, paused = 0 }: TraceSummary): string {
  const pause = pauseText(duration + paused, paused);
  return `${formatDuration(duration)}${pause ? ` running, ${pause}` : ''}`;
}

/** Markdown. `run`: what tells the run that the trace is of from others. */
export function traceTooltip(trace: TraceSummary, run?: string): string {
  const rows = [
    ['Duration', durationText(trace)],
    ...(run ? [['Run', escapeMarkdown(run)]] : []),
    ['Started', formatMoment(trace.startMs)],
    ['Spans', trace.spans.toLocaleString('en')],
    ...(trace.errors > 0 ? [['Errors', `**${trace.errors}**`]] : []),
    ...(trace.slow ? [['Slow', 'more than twice its operation’s median']] : []),
    ...(trace.pinned ? [['Pinned', 'stays when older traces make room']] : []),
    ['Services', trace.services.map((service) => escapeMarkdown(shortened(service))).join(', ')],
    ['Trace', codeSpan(trace.traceId)],
  ];
  const table = ['| | |', '|:--|:--|', ...rows.map(([key, value]) => `| ${key} | ${value} |`)].join('\n');
  const missing =
    '$(warning) The root span has not arrived: it is still running, was not sampled, or its program sends elsewhere.';
  const title = [shownName(trace.rootName), trace.rootPath].filter(Boolean).join(' ');
  return [`**${escapeMarkdown(shortened(title))}**`, table, ...(trace.rooted ? [] : [missing])].join('\n\n');
}
