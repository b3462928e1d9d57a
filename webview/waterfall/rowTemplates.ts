import { html, nothing, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/model/durationFormat';
import { hasChildren, type RowTree } from '../../src/model/rows';
import { durationText, pauseText, runningTime } from '../../src/model/spanTimes';
import { timeTicks, toTime } from '../../src/model/timeScale';
import { SPAN_FLAG } from '../../src/model/traceColumns';
import { cssom } from '../shared/cssom';
import type { ColumnLayout } from './columnLayout';
import type { DrawContext, WaterfallColumn } from './columns/column';
import type { DraggedRange } from './timelineGestures';

/** The head of the grid is its first row. */
const FIRST_ROW_INDEX = 2;

/** @param position among the visible rows, from 0 */
export function rowTemplate(
  columns: readonly WaterfallColumn[],
  context: DrawContext,
  row: number,
  position: number,
): TemplateResult {
  const { tree, shown } = context;
  const foldable = hasChildren(tree, row);
  const selected = shown.selected === row;
  const classes = ['row', selected && 'selected', shown.marked.has(row) && 'marked', shown.isMatch(row) && 'match'];
  return html`<div
    class=${classes.filter(Boolean).join(' ')}
    role="row"
    id="row-${row}"
    data-row=${row}
    aria-rowindex=${position + FIRST_ROW_INDEX}
    aria-level=${tree.columns.depth[row] + 1}
    aria-selected=${selected}
    aria-expanded=${foldable ? !shown.isCollapsed(row) : nothing}
  >
    ${columns.map(
      (column) =>
        html`<div
          role="gridcell"
          class=${cellClass(column)}
          aria-label=${column.id === 'timeline' ? describeTime(tree, row) : nothing}
        >
          ${column.cell(context, row)}
        </div>`,
    )}
  </div>`;
}

export function headCells(columns: readonly WaterfallColumn[], context: DrawContext): TemplateResult[] {
  return columns.map(
    (column) =>
      html`<div role="columnheader" class=${cellClass(column)} aria-label=${column.label}>
        ${column.header?.(context) ?? column.label}
      </div>`,
  );
}

function cellClass({ id, alignEnd }: WaterfallColumn): string {
  return `cell ${id}-cell ${alignEnd ? 'end' : ''}`;
}

export function gridLines({ window, timelineWidth }: DrawContext): TemplateResult {
  return html`<div class="grid-lines" ${cssom({ width: `${timelineWidth}px` })}>
    ${timeTicks(window, timelineWidth).map(
      ({ fraction }) => html`<div class="grid-line" ${cssom({ left: `${fraction * 100}%` })}></div>`,
    )}
  </div>`;
}

export function rangeTemplate(
  range: DraggedRange | undefined,
  { window }: DrawContext,
  { timelineLeft, timelineWidth }: ColumnLayout,
): TemplateResult | typeof nothing {
  if (!range) return nothing;
  const span = toTime(window, range.to) - toTime(window, range.from);
  const place = {
    left: `${timelineLeft + range.from * timelineWidth}px`,
    width: `${(range.to - range.from) * timelineWidth}px`,
  };
  return html`<div class="range" ${cssom(place)}>
    <span class="range-label number">${formatDuration(span)}</span>
  </div>`;
}

function describeTime({ columns }: RowTree, row: number): string {
  const [start, running, self] = [columns.start[row], runningTime(columns, row), columns.selfTime[row]].map(
    formatDuration,
  );
  const pause = pauseText(columns.duration[row], columns.paused?.[row]);
  if (columns.flags[row] & SPAN_FLAG.open) return `Starts at ${start}, ${durationText(columns, row)}`;
  return `Starts at ${start}, takes ${running}, ${self} of it itself${pause ? `; ${pause}` : ''}`;
}
