import { css, html, nothing, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/model/durationFormat';
import { overviewStrokes } from '../../src/model/overview';
import type { RowTree } from '../../src/model/rows';
import { STATUS_ERROR } from '../../src/model/span';
import { fitWindow, timeTicks, type TimeWindow, toFraction, windowSpan } from '../../src/model/timeScale';
import { cssom } from '../shared/cssom';
import { baseStyles } from '../shared/styles';
import { watchTheme } from '../shared/theme';
import { draggedWindow, type Grip, gripAt } from './overviewDrag';
import { SessionElement } from './sessionElement';
import type { ShownTrace } from './state/shownTrace';

const TOP_PX = 14;
const STROKES_PX = 40;
const LANE_PX = 2;
const THICKEST_LANE_PX = 5;
const DRAG_PX = 3;
const KEY_STEP = 0.02;
/** With more spans a lane than this, an error is a dot: at its full width it would hide what lies beside it. */
const CROWD = 4;
const CROWDED_ERROR_PX = 3;

/** The whole trace in one strip, with the zoomed stretch as a window to drag. */
export class Overview extends SessionElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        position: relative;
        height: ${TOP_PX + STROKES_PX + 6}px;
        border-bottom: 1px solid var(--line);
        overflow: hidden;
        touch-action: none;
        cursor: crosshair;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        forced-color-adjust: none;
      }
      .tick {
        position: absolute;
        top: 0;
        bottom: 0;
        padding-left: 4px;
        border-left: 1px solid var(--tick-line);
        font-size: 10px;
        line-height: ${TOP_PX}px;
        white-space: nowrap;
        pointer-events: none;
      }
      .outside {
        position: absolute;
        top: 0;
        bottom: 0;
        background: var(--ground);
        opacity: 0.65;
        forced-color-adjust: none;
        pointer-events: none;
      }
      .window {
        position: absolute;
        top: 0;
        bottom: 0;
        border: 1px solid var(--vscode-focusBorder);
        border-width: 0 1px;
        cursor: grab;
      }
      .handle {
        position: absolute;
        top: 50%;
        width: 8px;
        height: 22px;
        margin: -11px 0 0 -4px;
        border-radius: 3px;
        background: var(--vscode-button-background);
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-background));
        cursor: ew-resize;
      }
    `,
  ];

  private grip: { kind: Grip; pressed: number; window: TimeWindow; moved: boolean } | undefined;
  private painted: { tree: RowTree; width: number } | undefined;
  private readonly resizes = new ResizeObserver(() => this.requestUpdate());
  private themes: MutationObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
    this.themes = watchTheme(() => this.repaint());
    this.addEventListener('pointerdown', this.press);
    this.addEventListener('pointermove', this.drag);
    this.addEventListener('pointerup', this.release);
    this.addEventListener('pointercancel', this.release);
    this.addEventListener('dblclick', this.reset);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.themes?.disconnect();
  }

  override render(): TemplateResult | typeof nothing {
    const { shown } = this.session;
    if (!shown) return nothing;
    return html`
      ${timeTicks(shown.whole, this.clientWidth, 120).map(
        ({ fraction, label }) =>
          html`<span class="tick dim number" ${cssom({ left: percent(fraction) })}>${label}</span>`,
      )}
      <canvas aria-hidden="true"></canvas>
      ${shown.zoomed ? this.window(shown) : nothing}
    `;
  }

  override updated(): void {
    const { shown } = this.session;
    if (!shown) return;
    if (this.painted?.tree !== shown.tree || this.painted.width !== this.clientWidth) this.repaint();
  }

  private window({ whole, window }: ShownTrace): TemplateResult {
    const [from, to] = [toFraction(whole, window.from), toFraction(whole, window.to)];
    return html`
      <div class="outside" ${cssom({ left: '0', width: percent(from) })}></div>
      <div class="outside" ${cssom({ left: percent(to), right: '0' })}></div>
      <div class="window" ${cssom({ left: percent(from), width: percent(to - from) })}></div>
      ${this.handle('from', 'Start of the visible time', from, window.from)}
      ${this.handle('to', 'End of the visible time', to, window.to)}
    `;
  }

  private handle(end: 'from' | 'to', label: string, fraction: number, time: number): TemplateResult {
    return html`<div
      class="handle"
      role="slider"
      tabindex="0"
      aria-label=${label}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${Math.round(fraction * 100)}
      aria-valuetext=${formatDuration(time)}
      ${cssom({ left: percent(fraction) })}
      @keydown=${(event: KeyboardEvent) => this.step(event, end)}
    ></div>`;
  }

  private step(event: KeyboardEvent, end: 'from' | 'to'): void {
    const direction = ['ArrowLeft', 'ArrowDown'].includes(event.key) ? -1 : 1;
    if (direction > 0 && !['ArrowRight', 'ArrowUp'].includes(event.key)) return;
    event.preventDefault();
    this.session.alter((shown) => {
      const step = direction * KEY_STEP * windowSpan(shown.whole);
      shown.zoom(fitWindow(shown.whole, { ...shown.window, [end]: shown.window[end] + step }));
    });
  }

  private readonly press = (event: PointerEvent): void => {
    const { shown } = this.session;
    if (!shown || event.button !== 0) return;
    const kind = gripAt(shown.whole, shown.window, event.clientX - this.getBoundingClientRect().left, this.clientWidth);
    this.grip = { kind, pressed: this.fraction(event), window: shown.window, moved: false };
    this.setPointerCapture(event.pointerId);
  };

  private readonly drag = (event: PointerEvent): void => {
    const { grip } = this;
    if (!grip) return;
    const now = this.fraction(event);
    grip.moved ||= Math.abs(now - grip.pressed) * this.clientWidth >= DRAG_PX;
    if (!grip.moved) return;
    this.session.alter((shown) => shown.zoom(draggedWindow(shown.whole, grip.window, grip.kind, grip.pressed, now)));
  };

  private readonly release = (): void => {
    this.grip = undefined;
  };

  private readonly reset = (): void => this.session.alter((shown) => shown.zoom(shown.whole));

  private fraction(event: PointerEvent): number {
    const { left, width } = this.getBoundingClientRect();
    return (event.clientX - left) / Math.max(width, 1);
  }

  private repaint(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const { shown } = this.session;
    const width = this.clientWidth;
    if (!canvas || !shown || width === 0) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(this.clientHeight * ratio);
    const pen = canvas.getContext('2d')!;
    pen.scale(ratio, ratio);
    this.painted = { tree: shown.tree, width };
    this.paint(pen, shown, width);
  }

  private paint(pen: CanvasRenderingContext2D, { tree, whole }: ShownTrace, width: number): void {
    const { columns } = tree;
    const style = getComputedStyle(this);
    const error = style.getPropertyValue('--vscode-errorForeground') || 'red';
    const colours = columns.services.map((service) => {
      const { hue, tone } = this.session.colours.of(service);
      return `oklch(${style.getPropertyValue(`--tone-${tone}`)} ${style.getPropertyValue(`--chroma-${tone}`)} ${hue})`;
    });
    const lanes = Math.min(Math.floor(STROKES_PX / LANE_PX), Math.max(columns.count, 1));
    const step = Math.min(STROKES_PX / lanes, THICKEST_LANE_PX);
    const thickness = Math.max(step - 1, 1.5);
    const crowded = columns.count > lanes * CROWD;
    for (const { lane, row } of overviewStrokes(columns, lanes)) {
      pen.fillStyle = columns.status[row] === STATUS_ERROR ? error : colours[columns.service[row]];
      const left = toFraction(whole, columns.start[row]) * width;
      const full = Math.max((columns.duration[row] / windowSpan(whole)) * width, 1);
      const length = crowded && columns.status[row] === STATUS_ERROR ? Math.min(full, CROWDED_ERROR_PX) : full;
      pen.fillRect(left, TOP_PX + lane * step, length, thickness);
    }
  }
}

function percent(fraction: number): string {
  return `${fraction * 100}%`;
}

customElements.define('spanline-overview', Overview);
