import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { criticalSegments, drawnSegments, selfSegments } from '../../../src/model/barSegments';
import { eventMarks } from '../../../src/model/eventMarks';
import { drawnMarks } from '../../../src/model/logMarks';
import { hasChildren, type RowTree } from '../../../src/model/rows';
import { STATUS_ERROR } from '../../../src/model/span';
import { durationText } from '../../../src/model/spanTimes';
import { timeTicks, toFraction, toTime, windowSpan } from '../../../src/model/timeScale';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { cssom } from '../../shared/cssom';
import { colourValues, type DrawContext, type WaterfallColumn } from './column';

const LEAST_BAR_PX = 3;
const LABEL_GAP_PX = 5;
const OUTSIDE_PX = 8;
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
      background: var(--service-ground);
      border: 1px solid var(--bar-border, var(--service-colour));
      forced-color-adjust: none;
    }
    .bar.leaf {
      background: var(--service-fill);
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
    .bar-label.outside {
      pointer-events: auto;
      cursor: pointer;
    }
    .bar-label.outside:hover {
      text-decoration: underline;
    }
    .bar-label.inside {
      top: 5px;
      padding: 0 3px;
      border-radius: 2px;
      line-height: 12px;
      color: var(--vscode-foreground);
      background: color-mix(in srgb, var(--vscode-editor-background) 80%, transparent);
    }
    .bar.failed {
      border-color: var(--vscode-errorForeground);
      box-shadow: inset 3px 0 0 var(--vscode-errorForeground);
    }
    /* Its end is not known: the bar has no edge there. */
    .bar.open {
      border-right: 0;
      border-radius: 2px 0 0 2px;
      mask-image: linear-gradient(to right, black calc(100% - min(24px, 50%)), transparent);
    }
    .pause {
      position: absolute;
      top: 0;
      bottom: 0;
      background:
        repeating-linear-gradient(-45deg, color-mix(in srgb, var(--ink) 55%, transparent) 0 1px, transparent 1px 5px),
        color-mix(in srgb, var(--vscode-editor-background) 78%, transparent);
      forced-color-adjust: none;
    }
    .ruler-pause {
      position: absolute;
      top: 0;
      bottom: 0;
      background: repeating-linear-gradient(-45deg, var(--tick-line) 0 1px, transparent 1px 5px);
      forced-color-adjust: none;
    }
    .event {
      position: absolute;
      top: 3px;
      width: 2px;
      height: 16px;
      margin-left: -1px;
      background: var(--ink);
      forced-color-adjust: none;
      pointer-events: none;
    }
    .event.exception {
      background: var(--vscode-errorForeground);
    }
    .log-tick {
      position: absolute;
      top: 13px;
      width: 2px;
      height: 8px;
      margin-left: -1px;
      background: var(--ink);
      outline: 1px solid var(--vscode-editor-background);
      forced-color-adjust: none;
      pointer-events: none;
    }
    .log-tick.warn {
      background: var(--vscode-editorWarning-foreground, var(--ink));
    }
    .log-tick.error,
    .log-tick.fatal {
      background: var(--vscode-errorForeground);
    }
  `,
  header(context) {
    const { window, timelineWidth } = context;
    return html`${rulerPauses(context)}
    ${timeTicks(window, timelineWidth).map(
      ({ fraction, label }) =>
        html`<span class="tick-label number" ${cssom({ left: percent(fraction) })}>${label}</span>`,
    )}`;
  },
  cell(context, row) {
    const { tree, window, timelineWidth } = context;
    const { columns } = tree;
    const left = toFraction(window, columns.start[row]) * timelineWidth;
    const width = Math.max((columns.duration[row] / windowSpan(window)) * timelineWidth, LEAST_BAR_PX);
    const bar = clip(left, width, timelineWidth);
    const label = durationText(columns, row);
    if (!bar) return outsideLabel(label, left < 0);
    const colour = colourValues(context.colours.of(columns.services[columns.service[row]]));
    const classes = barClasses(tree, row);
    const place = { ...colour, left: px(bar.left), width: px(bar.right - bar.left) };
    return html`
      <div class=${classes} data-action="bar" ${cssom(place)}>
        ${selfShade(context, row, bar)} ${pauseHatches(context, row, bar)}
      </div>
      ${criticalMarks(context, row)} ${eventTicks(context, row)} ${logTicks(context, row)}
      ${barLabel(label, left, width, timelineWidth)}
    `;
  },
};

/** Pixels from the timeline's left edge. */
interface Bar {
  readonly left: number;
  readonly right: number;
}

/** The part of a bar that is in view and a little more: browsers lose precision on elements millions of pixels wide. */
function clip(left: number, width: number, room: number): Bar | undefined {
  if (left + width < 0 || left > room) return undefined;
  return { left: Math.max(left, -OUTSIDE_PX), right: Math.min(left + width, room + OUTSIDE_PX) };
}

function barClasses(tree: RowTree, row: number): string {
  const { flags, status } = tree.columns;
  const located = flags[row] & SPAN_FLAG.located ? 'located' : '';
  const failed = status[row] === STATUS_ERROR ? 'failed' : '';
  const leaf = hasChildren(tree, row) ? '' : 'leaf';
  const open = flags[row] & SPAN_FLAG.open ? 'open' : '';
  return `service bar ${located} ${failed} ${leaf} ${open}`;
}

function selfShade(
  { tree, window, timelineWidth }: DrawContext,
  row: number,
  { left, right }: Bar,
): TemplateResult | typeof nothing {
  if (!hasChildren(tree, row)) return nothing;
  const [from, to] = [left, right].map((x) => toTime(window, x / timelineWidth));
  const parts = drawnSegments(selfSegments(tree, row), from, to, right - left);
  if (parts.length === 0) return nothing;
  let path = '';
  for (let i = 0; i < parts.length; i += 2) path += `M${parts[i]} 0H${parts[i + 1]}V1H${parts[i]}Z`;
  return html`<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path class="self" d=${path} />`}
  </svg>`;
}

/** Where the debugger held the span up: its bar is a bar, and no time of the program's. */
function pauseHatches({ tree, window, timelineWidth }: DrawContext, row: number, bar: Bar): TemplateResult[] {
  const { pauses, paused } = tree.columns;
  if (!pauses || !paused?.[row]) return [];
  const [from, to] = [bar.left, bar.right].map((x) => toTime(window, x / timelineWidth));
  return hatches(drawnSegments(pauses, from, to, bar.right - bar.left), 'pause');
}

function rulerPauses({ tree, window, timelineWidth }: DrawContext): TemplateResult[] {
  const { pauses } = tree.columns;
  return pauses ? hatches(drawnSegments(pauses, window.from, window.to, timelineWidth), 'ruler-pause') : [];
}

function hatches(parts: readonly number[], kind: string): TemplateResult[] {
  const drawn: TemplateResult[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const place = { left: percent(parts[i]), width: percent(parts[i + 1] - parts[i]) };
    drawn.push(html`<div class=${kind} title="The debugger had stopped the program" ${cssom(place)}></div>`);
  }
  return drawn;
}

function criticalMarks({ tree, critical, window, timelineWidth }: DrawContext, row: number): TemplateResult[] {
  if (!critical) return [];
  const parts = drawnSegments(criticalSegments(tree, row), window.from, window.to, timelineWidth);
  const marks: TemplateResult[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const place = { left: percent(parts[i]), width: `max(2px, ${percent(parts[i + 1] - parts[i])})` };
    marks.push(html`<div class="critical-mark" ${cssom(place)}></div>`);
  }
  return marks;
}

function eventTicks(context: DrawContext, row: number): TemplateResult[] {
  const { columns } = context.tree;
  if (!(columns.flags[row] & SPAN_FLAG.events)) return [];
  const placeOf = (offset: number) => toFraction(context.window, columns.start[row] + offset);
  return eventMarks(context.spanOf(row)?.events ?? [], placeOf, context.timelineWidth).map(
    ({ fraction, exception }) =>
      html`<div class="event ${exception ? 'exception' : ''}" ${cssom({ left: percent(fraction) })}></div>`,
  );
}

/** Shorter than those of events, which are the span's own. */
function logTicks({ logMarksOf, window, timelineWidth }: DrawContext, row: number): TemplateResult[] {
  const marks = drawnMarks(logMarksOf(row), (at) => toFraction(window, at), timelineWidth);
  return marks.map(
    ({ fraction, severity }) => html`<div class="log-tick ${severity}" ${cssom({ left: percent(fraction) })}></div>`,
  );
}

/** Says where a bar is that the zoom leaves outside. */
function outsideLabel(text: string, before: boolean): TemplateResult {
  const place = before ? { left: px(LABEL_GAP_PX) } : { right: px(LABEL_GAP_PX) };
  return html`<span class="bar-label outside number" data-action="pan" ${cssom(place)}
    >${before ? `◂ ${text}` : `${text} ▸`}</span
  >`;
}

/** Right of the bar, else left of it, else inside at its visible end. */
function barLabel(text: string, left: number, width: number, room: number): TemplateResult {
  const right = left + width;
  const needed = text.length * LABEL_CHARACTER_PX + LABEL_GAP_PX;
  if (right + needed <= room)
    return html`<span class="bar-label number" ${cssom({ left: px(right + LABEL_GAP_PX) })}>${text}</span>`;
  if (left - needed >= 0)
    return html`<span class="bar-label number" ${cssom({ right: px(room - left + LABEL_GAP_PX) })}>${text}</span>`;
  return html`<span class="bar-label inside number" ${cssom({ right: px(Math.max(room - right, 0) + LABEL_GAP_PX) })}
    >${text}</span
  >`;
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 1e6) / 1e4}%`;
}

function px(value: number): string {
  return `${Math.round(value * 100) / 100}px`;
}
