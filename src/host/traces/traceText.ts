import { formatDuration } from '../../model/durationFormat';
import type { TraceSummary } from '../../model/traceColumns';
import { codeSpan, escapeMarkdown } from '../markdown';

/** One trace in the list: what stands first, what stands dimmed behind it, and what a screen reader says. */
export interface TraceText {
  readonly label: string;
  readonly description: string;
  readonly accessible: string;
}

export function traceText(trace: TraceSummary): TraceText {
  const label = trace.rootName || '(no name)';
  const parts = [formatDuration(trace.duration), trace.rootService, plural(trace.spans, 'span')];
  if (trace.errors > 0) parts.push(plural(trace.errors, 'error'));
  const time = clock(trace.startMs);
  const parent = trace.rooted ? [] : ['root span missing'];
  return {
    label,
    description: [...parts, time].filter(Boolean).join(' · '),
    accessible: [label, ...parts, ...parent, `started ${time}`].filter(Boolean).join(', '),
  };
}

/** Markdown. */
export function traceTooltip(trace: TraceSummary): string {
  const rows = [
    ['Duration', formatDuration(trace.duration)],
    ['Started', `${clock(trace.startMs)}.${String(Math.floor(trace.startMs % 1000)).padStart(3, '0')}`],
    ['Spans', String(trace.spans)],
    ...(trace.errors > 0 ? [['Errors', `**${trace.errors}**`]] : []),
    ['Services', trace.services.map(escapeMarkdown).join(', ')],
    ['Trace', codeSpan(trace.traceId)],
  ];
  const table = ['| | |', '|:--|:--|', ...rows.map(([key, value]) => `| ${key} | ${value} |`)].join('\n');
  const missing =
    '$(warning) The root span has not arrived: it is still running, was not sampled, or its program sends elsewhere.';
  return [`**${escapeMarkdown(trace.rootName || '(no name)')}**`, table, ...(trace.rooted ? [] : [missing])].join(
    '\n\n',
  );
}

/** `14:03:22` in the machine's time zone. */
export function clock(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
