import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseName } from '../../src/base/paths';
import { formatDuration, formatOffset } from '../../src/model/durationFormat';
import { rowNotes } from '../../src/model/rowNotes';
import { shownName } from '../../src/model/shownName';
import { durationText, pauseText } from '../../src/model/spanTimes';
import { SPAN_KINDS, STATUS_ERROR } from '../../src/model/span';
import { SPAN_FLAG, type TraceColumns } from '../../src/model/traceColumns';
import { cssom } from '../shared/cssom';
import { icon } from '../shared/icons';
import { serviceStyles } from '../shared/serviceStyles';
import { baseStyles } from '../shared/styles';
import { colourValues, type DrawContext } from './columns/column';

const DELAY_MS = 350;
/** While one tip shows, the next comes without waiting. */
const AGAIN_MS = 60;
/** Characters; the details have the rest. */
const MOST_OF_MESSAGE = 160;
const DISTANCE_PX = 14;

interface Tip {
  readonly context: DrawContext;
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

/** What a row means in words, beside the pointer. For the eye only: screen readers get the same from the row and the details. */
export class HoverTip extends LitElement {
  static override properties = { tip: { state: true } };
  declare tip: Tip | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wanted: number | undefined;

  static override styles = [
    baseStyles,
    serviceStyles,
    css`
      :host {
        position: fixed;
        z-index: 30;
        top: 0;
        left: 0;
        pointer-events: none;
      }
      .tip {
        position: fixed;
        max-width: min(440px, 90vw);
        padding: 6px 10px 8px;
        border-radius: 4px;
        color: var(--vscode-editorHoverWidget-foreground);
        background: var(--vscode-editorHoverWidget-background);
        border: 1px solid var(--vscode-editorHoverWidget-border);
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
        line-height: 1.45;
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 3;
        overflow: hidden;
      }
      .dot {
        display: inline-block;
        width: 9px;
        height: 9px;
        border-radius: 50%;
        margin-inline-end: 6px;
        background: var(--service-fill);
        forced-color-adjust: none;
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 1px 12px;
        margin: 4px 0 0;
      }
      dt {
        color: var(--vscode-descriptionForeground);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .note {
        display: flex;
        gap: 6px;
        margin-top: 4px;
      }
      .note .icon {
        font-size: 14px;
      }
    `,
  ];

  /** The pointer rests on a row, or moved within it. */
  point(context: DrawContext, row: number, x: number, y: number): void {
    if (row === this.wanted) return;
    this.wanted = row;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.tip = { context, row, x, y }), this.tip ? AGAIN_MS : DELAY_MS);
  }

  hide(): void {
    clearTimeout(this.timer);
    this.wanted = undefined;
    this.tip = undefined;
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.tip) return nothing;
    const { context, row } = this.tip;
    const { columns } = context.tree;
    const service = columns.services[columns.service[row]];
    return html`<div class="tip" aria-hidden="true">
      <div class="name">${shownName(columns.names[columns.name[row]])}</div>
      <div>
        <span class="service dot" ${cssom(colourValues(context.colours.of(service)))}></span>${shownName(service)}
        <span class="dim">· ${SPAN_KINDS[columns.kind[row]]}</span>
      </div>
      ${facts(context, row)} ${location(context, row)}
      ${rowNotes(columns, row).map(({ text }) => html`<div class="note">${icon('warning')}<span>${text}</span></div>`)}
    </div>`;
  }

  /** Beside the pointer, where there is room. */
  override updated(): void {
    const box = this.renderRoot.querySelector<HTMLElement>('.tip');
    if (!box || !this.tip) return;
    const { x, y } = this.tip;
    const { width, height } = box.getBoundingClientRect();
    const below = y + DISTANCE_PX + height < innerHeight;
    box.style.left = `${Math.max(4, Math.min(x + DISTANCE_PX, innerWidth - width - 4))}px`;
    box.style.top = `${below ? y + DISTANCE_PX : Math.max(4, y - height - DISTANCE_PX)}px`;
  }
}

function facts({ tree: { columns }, spanOf }: DrawContext, row: number): TemplateResult {
  const failed = columns.status[row] === STATUS_ERROR;
  const message = spanOf(row)?.status.message?.slice(0, MOST_OF_MESSAGE);
  return html`<dl class="number">
    <dt>Start</dt>
    <dd>${formatOffset(columns.start[row])}</dd>
    <dt>Duration</dt>
    <dd>${timeText(columns, row)}</dd>
    <dt>Self time</dt>
    <dd>${formatDuration(columns.selfTime[row])}</dd>
    ${
      failed
        ? html`<dt>Status</dt>
            <dd class="error-text">Error${message ? `: ${message}` : ''}</dd>`
        : nothing
    }
  </dl>`;
}

/** `1.2 s running, 14.8 s on the clock, paused at a breakpoint for 13.6 s`. */
function timeText(columns: TraceColumns, row: number): string {
  const pause = pauseText(columns.duration[row], columns.paused?.[row]);
  const open = columns.flags[row] & SPAN_FLAG.open;
  return `${durationText(columns, row)}${pause ? `${open ? '' : ' running'}, ${pause}` : ''}`;
}

function location(context: DrawContext, row: number): TemplateResult | typeof nothing {
  if (!(context.tree.columns.flags[row] & SPAN_FLAG.located)) return nothing;
  const known = context.spanOf(row)?.location;
  const where = known ? `${baseName(known.path)}:${known.line}` : 'the line that made it';
  return html`<div class="note">${icon('go-to-file')}<span>Click the bar to open ${where}</span></div>`;
}

customElements.define('spanline-hover-tip', HoverTip);
