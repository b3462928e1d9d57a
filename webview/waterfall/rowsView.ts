import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { formatDuration } from '../../src/model/durationFormat';
import { hasChildren, positionOf, type RowTree } from '../../src/model/rows';
import { rowOfSpan, spanIdAt } from '../../src/model/spanRows';
import { timeTicks, toTime } from '../../src/model/timeScale';
import { cssom } from '../shared/cssom';
import type { SplitterMove } from '../shared/splitter';
import { serviceStyles } from '../shared/serviceStyles';
import { baseStyles } from '../shared/styles';
import type { DrawContext, WaterfallColumn } from './columns/column';
import { columns as allColumns } from './columns/index';
import { Crosshair } from './crosshair';
import { EventLoader } from './eventLoader';
import type { HoverTip } from './hoverTip';
import { rowAction } from './keyboard';
import { doRowAction } from './rowCommands';
import { RowScroll } from './rowScroll';
import { rowsStyles } from './rowsStyles';
import { SessionElement } from './sessionElement';
import type { RevealWish, ShownTrace } from './state/shownTrace';
import { TimelineGestures } from './timelineGestures';

const ROW_HEIGHT = 22;
const HEAD_HEIGHT = 24;
const LEAST_NAMES_PX = 120;
const LEAST_TIMELINE_PX = 120;
const DEFAULT_NAMES_PX = 320;

/** The tree of spans beside their bars; draws the rows in view only. */
export class RowsView extends SessionElement {
  static override styles = [baseStyles, serviceStyles, rowsStyles, ...[...allColumns].map(({ styles }) => styles ?? [])];

  private width = 0;
  private height = 0;
  private drawn: { shown: ShownTrace; tree: RowTree; visible: Int32Array } | undefined;
  private wish: RevealWish | undefined;
  private readonly rowScroll = new RowScroll(ROW_HEIGHT, () => this.scroller);
  private readonly resizes = new ResizeObserver(() => this.measure());
  private readonly crosshair = new Crosshair(() => this.renderRoot);
  private readonly events = new EventLoader(() => this.requestUpdate());
  private readonly gestures = new TimelineGestures(
    () => this.session,
    () => ({ left: this.getBoundingClientRect().left + this.timelineLeft, width: this.timelineWidth }),
    () => this.requestUpdate(),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.rowScroll.dispose();
    this.events.dispose();
  }

  override focus(): void {
    this.scroller?.focus();
  }

  override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { shown } = this.session;
    if (!shown) return;
    const anchor = this.anchor(shown);
    this.rowScroll.resize(shown.visible.length, this.height - HEAD_HEIGHT);
    if (this.drawn?.shown !== shown) this.rowScroll.top = 0;
    else if (anchor) this.rowScroll.top = Math.max(0, positionOf(shown.visible, anchor.row) * ROW_HEIGHT - anchor.above);
    this.drawn = { shown, tree: shown.tree, visible: shown.visible };
    if (shown.revealWish !== this.wish) {
      this.wish = shown.revealWish;
      if (this.wish) this.rowScroll.reveal(positionOf(shown.visible, this.wish.row));
    }
  }

  override render(): TemplateResult | typeof nothing {
    const { shown } = this.session;
    if (!shown) return nothing;
    const shownColumns = [...allColumns].filter(({ id, optional }) => !optional || this.session.columns.has(id));
    const context = this.context(shown);
    const { first, last } = this.rowScroll.range();
    const rows = Array.from({ length: last - first }, (_, i) => shown.visible[first + i]);
    const inView = shown.selected >= 0 && rows.includes(shown.selected);
    return html`
      <div
        class="scroller"
        role="treegrid"
        tabindex="0"
        aria-label="Spans of the trace"
        aria-rowcount=${shown.visible.length + 1}
        aria-activedescendant=${inView ? `row-${shown.selected}` : nothing}
        @scroll=${this.onScroll}
        @keydown=${this.onKey}
        @pointermove=${this.onHover}
        @pointerleave=${this.onLeave}
        @pointerdown=${() => this.tip?.hide()}
      >
        <div class="layer" ${cssom({ height: `${this.height}px`, '--tracks': this.tracks(shownColumns) })}>
          ${this.gridLines(context)} ${this.head(shownColumns, context)}
          <div
            class="body"
            @click=${this.onClick}
            @dblclick=${this.onDoubleClick}
            @pointerdown=${this.gestures.onPointerDown}
            @pointermove=${this.gestures.onPointerMove}
            @pointerup=${this.gestures.onPointerUp}
            @pointercancel=${this.gestures.onPointerCancel}
          >
            ${repeat(
              rows,
              (row) => row,
              (row, i) => this.row(shownColumns, context, row, first + i),
            )}
          </div>
          ${this.crosshair.template()} ${this.draggedRange()}
        </div>
        <div ${cssom({ height: `${this.rowScroll.physicalHeight + HEAD_HEIGHT - this.height}px` })}></div>
      </div>
      ${this.splitter()}
      <spanline-hover-tip></spanline-hover-tip>
    `;
  }

  override updated(): void {
    this.rowScroll.sync();
    this.placeRows();
    this.loadEvents();
  }

  override firstUpdated(): void {
    // Lit's listeners for wheel are passive where the browser says so; zooming must keep the page from scrolling.
    this.addEventListener('wheel', this.gestures.onWheel, { passive: false });
  }

  private row(shownColumns: readonly WaterfallColumn[], context: DrawContext, row: number, position: number): TemplateResult {
    const { tree, shown } = context;
    const foldable = hasChildren(tree, row);
    const classes = ['row'];
    if (shown.selected === row) classes.push('selected');
    if (shown.marked.has(row)) classes.push('marked');
    if (shown.isMatch(row)) classes.push('match');
    return html`<div
      class=${classes.join(' ')}
      role="row"
      id="row-${row}"
      data-row=${row}
      aria-rowindex=${position + 2}
      aria-level=${tree.columns.depth[row] + 1}
      aria-selected=${shown.selected === row}
      aria-expanded=${foldable ? !shown.isCollapsed(row) : nothing}
    >
      ${shownColumns.map(
        (column) =>
          html`<div
            role="gridcell"
            class="cell ${column.id}-cell ${column.alignEnd ? 'end' : ''}"
            aria-label=${column.id === 'timeline' ? describeTime(tree, row) : nothing}
          >
            ${column.cell(context, row)}
          </div>`,
      )}
    </div>`;
  }

  private head(shownColumns: readonly WaterfallColumn[], context: DrawContext): TemplateResult {
    return html`<div
      class="head"
      role="row"
      aria-rowindex="1"
      @pointerdown=${this.gestures.onPointerDown}
      @pointermove=${this.gestures.onPointerMove}
      @pointerup=${this.gestures.onPointerUp}
      @pointercancel=${this.gestures.onPointerCancel}
      @dblclick=${() => this.session.alter((shown) => shown.zoom(shown.whole))}
    >
      ${shownColumns.map(
        (column) =>
          html`<div role="columnheader" class="cell ${column.id}-cell ${column.alignEnd ? 'end' : ''}" aria-label=${column.label}>
            ${column.header?.(context) ?? column.label}
          </div>`,
      )}
    </div>`;
  }

  private gridLines({ window, timelineWidth }: DrawContext): TemplateResult {
    return html`<div class="grid-lines" ${cssom({ width: `${timelineWidth}px` })}>
      ${timeTicks(window, timelineWidth).map(
        ({ fraction }) => html`<div class="grid-line" ${cssom({ left: `${fraction * 100}%` })}></div>`,
      )}
    </div>`;
  }

  private draggedRange(): TemplateResult | typeof nothing {
    const { range } = this.gestures;
    if (!range) return nothing;
    const width = this.timelineWidth;
    const place = { left: `${this.timelineLeft + range.from * width}px`, width: `${(range.to - range.from) * width}px` };
    const window = this.session.shown!.window;
    const span = toTime(window, range.to) - toTime(window, range.from);
    return html`<div class="range" ${cssom(place)}><span class="range-label number">${formatDuration(span)}</span></div>`;
  }

  private splitter(): TemplateResult {
    const most = this.clientWidth - this.optionalWidth() - LEAST_TIMELINE_PX;
    return html`<spanline-splitter
      class="names-splitter"
      label="Width of the names"
      .size=${this.namesWidth}
      .least=${LEAST_NAMES_PX}
      .most=${most}
      ${cssom({ left: `${this.namesWidth}px` })}
      @resize-part=${(event: CustomEvent<SplitterMove>) => this.session.setLayout({ names: event.detail.size })}
      @reset-part=${() => this.session.setLayout({ names: DEFAULT_NAMES_PX })}
    ></spanline-splitter>`;
  }

  private context(shown: ShownTrace): DrawContext {
    const { colours, critical, spans } = this.session;
    return {
      shown,
      tree: shown.tree,
      window: shown.window,
      colours,
      critical,
      timelineWidth: this.timelineWidth,
      nameWidth: this.namesWidth,
      spanOf: (row) => spans.peek(spanIdAt(shown.tree.columns, row)),
    };
  }

  private get namesWidth(): number {
    const most = Math.max(LEAST_NAMES_PX, this.width - this.optionalWidth() - LEAST_TIMELINE_PX);
    return Math.round(Math.min(this.session.layout.names, most));
  }

  private optionalWidth(): number {
    let width = 0;
    for (const { id, optional, track } of allColumns)
      if (optional && this.session.columns.has(id)) width += parseInt(track(this.session.layout), 10);
    return width;
  }

  private get timelineLeft(): number {
    return this.namesWidth + this.optionalWidth();
  }

  private get timelineWidth(): number {
    return Math.max(0, this.width - this.timelineLeft);
  }

  private tracks(shownColumns: readonly WaterfallColumn[]): string {
    return shownColumns.map((column) => column.track({ ...this.session.layout, names: this.namesWidth })).join(' ');
  }

  /** While a live trace grows, the selected row (or else the topmost) stays where it is on the screen. */
  private anchor(shown: ShownTrace): { row: number; above: number } | undefined {
    const { drawn } = this;
    if (drawn?.shown !== shown || drawn.tree === shown.tree || this.rowScroll.top === 0) return undefined;
    const selected = shown.selectedId ? positionOf(drawn.visible, rowOfSpan(drawn.tree.columns, shown.selectedId)) : -1;
    const { first, last } = this.rowScroll.range();
    const position = selected >= first && selected < last ? selected : Math.ceil(this.rowScroll.top / ROW_HEIGHT);
    const before = drawn.visible[position];
    if (before === undefined) return undefined;
    const row = rowOfSpan(shown.tree.columns, spanIdAt(drawn.tree.columns, before));
    return positionOf(shown.visible, row) < 0 ? undefined : { row, above: position * ROW_HEIGHT - this.rowScroll.top };
  }

  private measure(): void {
    this.width = this.scroller?.clientWidth ?? this.clientWidth;
    this.height = this.clientHeight;
    this.requestUpdate();
  }

  private readonly onHover = (event: PointerEvent): void => {
    const { shown } = this.session;
    if (!shown || event.pointerType === 'touch') return;
    this.crosshair.move(shown.window, this.timelineLeft, this.timelineWidth, this.gestures.fractionAt(event.clientX));
    const row = rowOf(event.target as HTMLElement);
    if (row < 0 || event.buttons !== 0) this.tip?.hide();
    else this.tip?.point(this.context(shown), row, event.clientX, event.clientY);
  };

  private readonly onLeave = (): void => {
    this.crosshair.hide();
    this.tip?.hide();
  };

  private readonly onScroll = (): void => {
    this.tip?.hide();
    const before = this.rowScroll.range();
    this.rowScroll.scrolled();
    const { first, last } = this.rowScroll.range();
    if (first === before.first && last === before.last) this.placeRows();
    else this.requestUpdate();
  };

  private placeRows(): void {
    const body = this.renderRoot.querySelector<HTMLElement>('.body');
    if (body) body.style.transform = `translateY(${this.rowScroll.range().first * ROW_HEIGHT - this.rowScroll.top}px)`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const { shown } = this.session;
    const action = rowAction(event);
    if (!shown || !action) return;
    event.preventDefault();
    event.stopPropagation();
    doRowAction(this.session, shown, action, this.rowScroll.pageRows);
  };

  private readonly onClick = (event: MouseEvent): void => {
    if (this.gestures.tookClick()) return;
    const target = event.target as HTMLElement;
    const row = rowOf(target);
    if (row < 0) return;
    const action = target.closest<HTMLElement>('[data-action]')?.dataset.action;
    if (action === 'toggle') this.toggle(row, event.altKey);
    else if (action === 'bar') void this.session.openLine(row);
    else this.session.select(row);
  };

  private readonly onDoubleClick = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    const row = rowOf(target);
    if (row >= 0 && !target.closest('[data-action]')) void this.session.openLine(row);
  };

  private toggle(row: number, whole: boolean): void {
    this.session.alter((shown) => {
      const collapsed = !shown.isCollapsed(row);
      if (whole) shown.setSubtreeCollapsed(row, collapsed);
      else shown.setCollapsed(row, collapsed);
    });
  }

  private loadEvents(): void {
    const { shown } = this.session;
    if (!shown) return;
    const { first, last } = this.rowScroll.range();
    this.events.want(this.session.spans, shown, shown.visible.subarray(first, last));
  }

  private get tip(): HoverTip | null {
    return this.renderRoot.querySelector('spanline-hover-tip');
  }

  private get scroller(): HTMLElement | null {
    return this.renderRoot.querySelector('.scroller');
  }
}

function rowOf(target: HTMLElement): number {
  return Number(target.closest<HTMLElement>('[data-row]')?.dataset.row ?? -1);
}

function describeTime({ columns }: RowTree, row: number): string {
  const [start, duration, self] = [columns.start[row], columns.duration[row], columns.selfTime[row]].map(formatDuration);
  return `Starts at ${start}, takes ${duration}, ${self} of it itself`;
}

customElements.define('spanline-rows', RowsView);
