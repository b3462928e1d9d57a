import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { criticalSegments, drawnSegments, selfSegments } from '../../../src/model/barSegments';
import { formatDuration } from '../../../src/model/durationFormat';
import { hasChildren, type RowTree } from '../../../src/model/rows';
import { STATUS_ERROR } from '../../../src/model/span';
import { timeTicks, toFraction, windowSpan } from '../../../src/model/timeScale';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { cssom } from '../../shared/cssom';
import { colourValues, type DrawContext, type WaterfallColumn } from './column';

const LEAST_BAR_PX = 3;
const LABEL_GAP_PX = 5;
/** Of the label's font; a little too wide is better than cut off. */
const LABEL_CHARACTER_PX = 6.4;

export const timelineColumn: WaterfallColumn = {
  id: 'timeline',
  label: 'Timeline',
  optional: false,
  track: () => 'minmax(0, 1fr)',
  styles: css`
    .timeline-cell {
      position: relative;
      overflow: hidden;
      padding: 0;
    }
    .tick-label {
      position: absolute;
      top: 0;
      bottom: 0;
      padding-left: 4px;
      border-left: 1px solid var(--tick-line);
      white-space: nowrap;
      display: flex;
      align-items: center;
    }
    .bar {
      position: absolute;
      top: 4px;
      height: 14px;
      border-radius: 2px;
      overflow: hidden;
      background: var(--service-tint);
      border: 1px solid var(--service-colour);
    }
    .bar.leaf {
      background: var(--service-colour);
    }
    .bar.located {
      cursor: pointer;
    }
    .bar.located:hover {
      filter: brightness(1.15);
    }
    .bar svg {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
    }
    .self {
      fill: var(--service-colour);
    }
    .critical-mark {
      position: absolute;
      top: 19px;
      height: 2px;
      background: var(--critical-colour);
      forced-color-adjust: none;
    }
    .bar-label {
      position: absolute;
      top: 0;
      line-height: 22px;
      font-size: 11px;
      white-space: nowrap;
      color: var(--vscode-descriptionForeground);
      pointer-events: none;
    }
    .bar-label.inside {
      color: var(--bar-text);
    }
    .bar.failed {
      border-color: var(--vscode-errorForeground);
      box-shadow: inset 3px 0 0 var(--vscode-errorForeground);
    }
    .event {
      position: absolute;
      top: 3px;
      width: 2px;
      height: 16px;
      margin-left: -1px;
      background: var(--vscode-foreground);
      pointer-events: none;
    }
    .event.exception {
      background: var(--vscode-errorForeground);
    }
  `,
  header({ window, timelineWidth }) {
    return html`${timeTicks(window, timelineWidth).map(
      ({ fraction, label }) =>
        html`<span class="tick-label number" ${cssom({ left: `${fraction * 100}%` })}>${label}</span>`,
    )}`;
  },
  cell(context, row) {
    const { tree, window, timelineWidth } = context;
    const { columns } = tree;
    const left = toFraction(window, columns.start[row]) * timelineWidth;
    const width = Math.max((columns.duration[row] / windowSpan(window)) * timelineWidth, LEAST_BAR_PX);
    const colour = colourValues(context.colours.of(columns.services[columns.service[row]]));
    const classes = barClasses(tree, row);
    // Far outside the view a bar needs no exact place, and browsers lose precision there.
    const place = { ...colour, left: px(Math.max(left, -1e6)), width: px(Math.min(width, 2e6 + left)) };
    return html`
      <div class=${classes} data-action="bar" ${cssom(place)}>${selfShade(context, row, width)}</div>
      ${criticalMarks(context, row)} ${eventTicks(context, row)}
      ${barLabel(formatDuration(columns.duration[row]), left, width, timelineWidth)}
    `;
  },
};

function barClasses(tree: RowTree, row: number): string {
  const { flags, status } = tree.columns;
  const located = flags[row] & SPAN_FLAG.located ? 'located' : '';
  const failed = status[row] === STATUS_ERROR ? 'failed' : '';
  const leaf = hasChildren(tree, row) ? '' : 'leaf';
  return `service bar ${located} ${failed} ${leaf}`;
}

function selfShade({ tree }: DrawContext, row: number, width: number): TemplateResult | typeof nothing {
  if (!hasChildren(tree, row)) return nothing;
  const { start, duration } = tree.columns;
  const parts = drawnSegments(selfSegments(tree, row), start[row], duration[row], 1 / width);
  if (parts.length === 0) return nothing;
  let path = '';
  for (let i = 0; i < parts.length; i += 2) path += `M${parts[i]} 0H${parts[i + 1]}V1H${parts[i]}Z`;
  return html`<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">${svg`<path class="self" d=${path} />`}</svg>`;
}

function criticalMarks({ tree, critical, window, timelineWidth }: DrawContext, row: number): TemplateResult[] {
  if (!critical) return [];
  const parts = drawnSegments(criticalSegments(tree, row), window.from, windowSpan(window), 1 / timelineWidth);
  const marks: TemplateResult[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    if (parts[i] > 1 || parts[i + 1] < 0) continue;
    const [from, to] = [Math.max(parts[i], -0.01), Math.min(parts[i + 1], 1.01)];
    const place = { left: `${from * 100}%`, width: `max(2px, ${(to - from) * 100}%)` };
    marks.push(html`<div class="critical-mark" ${cssom(place)}></div>`);
  }
  return marks;
}

function eventTicks(context: DrawContext, row: number): TemplateResult[] {
  const { columns } = context.tree;
  if (!(columns.flags[row] & SPAN_FLAG.events)) return [];
  const events = context.spanOf(row)?.events ?? [];
  return events.map(({ offset, name }) => {
    const left = toFraction(context.window, columns.start[row] + offset) * 100;
    const kind = name === 'exception' ? 'exception' : '';
    return html`<div class="event ${kind}" ${cssom({ left: `${left}%` })}></div>`;
  });
}

/** Right of the bar, else left of it, else inside at its visible end. */
function barLabel(text: string, left: number, width: number, room: number): TemplateResult | typeof nothing {
  const right = left + width;
  if (right < 0 || left > room) return nothing;
  const needed = text.length * LABEL_CHARACTER_PX + LABEL_GAP_PX;
  if (right + needed <= room) return html`<span class="bar-label number" ${cssom({ left: px(right + LABEL_GAP_PX) })}>${text}</span>`;
  if (left - needed >= 0)
    return html`<span class="bar-label number" ${cssom({ right: px(room - left + LABEL_GAP_PX) })}>${text}</span>`;
  return html`<span class="bar-label inside number" ${cssom({ right: px(Math.max(room - right, 0) + LABEL_GAP_PX) })}>${text}</span>`;
}

function px(value: number): string {
  return `${Math.round(value * 100) / 100}px`;
}
