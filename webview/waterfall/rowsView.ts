import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { positionOf, type RowTree } from '../../src/model/rows';
import { kindAt, rowOfSpan, spanIdAt } from '../../src/model/spanRows';
import { cssom } from '../shared/cssom';
import { serviceStyles } from '../shared/serviceStyles';
import type { SplitterMove } from '../shared/splitter';
import { baseStyles } from '../shared/styles';
import { type ColumnLayout, layOutColumns, LEAST_NAMES_PX } from './columnLayout';
import type { DrawContext, WaterfallColumn } from './columns/column';
import { columns as allColumns } from './columns/index';
import { Crosshair } from './crosshair';
import type { HoverTip } from './hoverTip';
import { rowAction } from './keyboard';
import { doRowAction } from './rowCommands';
import { RowScroll } from './rowScroll';
import { RowSpans } from './rowSpans';
import { rowsStyles } from './rowsStyles';
import { gridLines, headCells, rangeTemplate, rowTemplate } from './rowTemplates';
import { SessionElement } from './sessionElement';
import type { RevealWish, ShownTrace } from './state/shownTrace';
import { TimelineGestures } from './timelineGestures';

const ROW_HEIGHT = 22;
const HEAD_HEIGHT = 24;

/** The tree of spans beside their bars; draws the rows in view only. */
export class RowsView extends SessionElement {
  static override styles = [
    baseStyles,
    serviceStyles,
    rowsStyles,
    ...[...allColumns].map(({ styles }) => styles ?? []),
  ];

  private width = 0;
  private height = 0;
  private drawn: { shown: ShownTrace; tree: RowTree; visible: Int32Array } | undefined;
  private wish: RevealWish | undefined;
  private watched: Element | undefined;
  private readonly rowScroll = new RowScroll(ROW_HEIGHT, () => this.scroller);
  private readonly resizes = new ResizeObserver(() => this.measure());
  private readonly crosshair = new Crosshair(() => this.renderRoot);
  private readonly rowSpans = new RowSpans(() => this.requestUpdate());
  private readonly gestures = new TimelineGestures(
    () => this.session,
    () => {
      const { timelineLeft, timelineWidth } = this.columnLayout();
      return { left: this.getBoundingClientRect().left + timelineLeft, width: timelineWidth };
    },
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
    this.rowSpans.dispose();
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
    if (this.drawn?.shown !== shown) this.rowScroll.moveTo(0);
    else if (anchor) this.rowScroll.moveTo(positionOf(shown.visible, anchor.row) * ROW_HEIGHT - anchor.above);
    this.drawn = { shown, tree: shown.tree, visible: shown.visible };
    // Without a height yet, the row would be brought to the edge of nothing; the first measure comes back here.
    if (shown.revealWish !== this.wish && this.height > HEAD_HEIGHT) {
      this.wish = shown.revealWish;
      if (this.wish) this.rowScroll.reveal(positionOf(shown.visible, this.wish.row));
    }
  }

  override render(): TemplateResult | typeof nothing {
    const { shown } = this.session;
    if (!shown) return nothing;
    const columns = this.shownColumns();
    const layout = this.columnLayout();
    const context = this.context(shown);
    const { first, last } = this.rowScroll.range();
    const rows = Array.from({ length: last - first }, (_, i) => shown.visible[first + i]);
    // A row that scrolls out lends its elements to one that comes in.
    const pool = Math.max(this.rowScroll.mostRows, 1);
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
        <div class="layer" ${cssom({ height: `${this.height}px`, '--tracks': layout.tracks })}>
          ${gridLines(context)} ${this.head(columns, context)}
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
              (_, i) => (first + i) % pool,
              (row, i) => rowTemplate(columns, context, row, first + i),
            )}
          </div>
          ${this.crosshair.template()} ${rangeTemplate(this.gestures.range, context, layout)}
        </div>
        <div ${cssom({ height: `${this.rowScroll.physicalHeight + HEAD_HEIGHT - this.height}px` })}></div>
      </div>
      ${this.splitter(layout)}
      <spanline-hover-tip></spanline-hover-tip>
    `;
  }

  override updated(): void {
    this.watchLayer();
    this.rowScroll.drawn();
    this.placeRows();
    this.loadSpans();
  }

  override firstUpdated(): void {
    // Lit's listeners for wheel are passive where the browser says so; zooming must keep the page from scrolling.
    this.addEventListener('wheel', this.gestures.onWheel, { passive: false });
  }

  private head(columns: readonly WaterfallColumn[], context: DrawContext): TemplateResult {
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
      ${headCells(columns, context)}
    </div>`;
  }

  private splitter({ names, mostNames }: ColumnLayout): TemplateResult {
    return html`<spanline-splitter
      class="names-splitter"
      label="Width of the names"
      .size=${names}
      .least=${LEAST_NAMES_PX}
      .most=${mostNames}
      ${cssom({ left: `${names}px` })}
      @resize-part=${(event: CustomEvent<SplitterMove>) => this.session.setLayout({ names: event.detail.size })}
      @reset-part=${() => this.session.setLayout({ names: undefined })}
    ></spanline-splitter>`;
  }

  private context(shown: ShownTrace): DrawContext {
    const { colours, critical, columns, spans, logMarks } = this.session;
    const { names, timelineWidth } = this.columnLayout();
    return {
      shown,
      tree: shown.tree,
      window: shown.window,
      colours,
      critical,
      columns,
      timelineWidth,
      nameWidth: names,
      spanOf: (row) => spans.peek(spanIdAt(shown.tree.columns, row), kindAt(shown.tree.columns, row)),
      logMarksOf: (row) => logMarks.of(spanIdAt(shown.tree.columns, row)),
    };
  }

  private shownColumns(): WaterfallColumn[] {
    return [...allColumns].filter(({ id, optional }) => !optional || this.session.columns.has(id));
  }

  private columnLayout(): ColumnLayout {
    return layOutColumns(this.width, this.shownColumns(), this.session.layout);
  }

  /** While a live trace grows, the selected row (or else the topmost) stays where it is on the screen. */
  private anchor(shown: ShownTrace): { row: number; above: number } | undefined {
    const { drawn } = this;
    if (drawn?.shown !== shown || drawn.tree === shown.tree) return undefined;
    // The event of a scrolling that is under way may still come: rows are put where it left them, not where they were.
    this.rowScroll.scrolled();
    if (this.rowScroll.position === 0) return undefined;
    const selected = shown.selectedId
      ? positionOf(drawn.visible, rowOfSpan(drawn.tree.columns, shown.selectedId, shown.selectedKind))
      : -1;
    const { first, last } = this.rowScroll.range();
    const position = selected >= first && selected < last ? selected : Math.ceil(this.rowScroll.position / ROW_HEIGHT);
    const before = drawn.visible[position];
    if (before === undefined) return undefined;
    const { columns } = drawn.tree;
    const row = rowOfSpan(shown.tree.columns, spanIdAt(columns, before), kindAt(columns, before));
    return positionOf(shown.visible, row) < 0
      ? undefined
      : { row, above: position * ROW_HEIGHT - this.rowScroll.position };
  }

  /** The layer's width is the host's less the scrollbar's, which comes and goes with the rows. */
  private watchLayer(): void {
    const layer = this.renderRoot.querySelector('.layer') ?? undefined;
    if (layer === this.watched) return;
    if (this.watched) this.resizes.unobserve(this.watched);
    if (layer) this.resizes.observe(layer);
    this.watched = layer;
  }

  /** A selected row in view stays in view when the view gets lower: the details open below it. */
  private measure(): void {
    const shown = this.session?.shown;
    const selected = shown && shown.selected >= 0 ? positionOf(shown.visible, shown.selected) : -1;
    const wasInView = selected >= 0 && this.rowScroll.isInView(selected);
    this.width = this.scroller?.clientWidth ?? this.clientWidth;
    this.height = this.clientHeight;
    if (wasInView) {
      this.rowScroll.resize(shown!.visible.length, this.height - HEAD_HEIGHT);
      this.rowScroll.reveal(selected);
    }
    this.requestUpdate();
  }

  private readonly onHover = (event: PointerEvent): void => {
    const { shown } = this.session;
    if (!shown || event.pointerType === 'touch') return;
    if (this.gestures.range) this.crosshair.hide();
    else this.crosshair.move(shown.window, this.columnLayout(), this.gestures.fractionAt(event.clientX));
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
    if (body)
      body.style.transform = `translateY(${this.rowScroll.range().first * ROW_HEIGHT - this.rowScroll.position}px)`;
  }

  /** Does what a key asks for among the rows. */
  readonly onKey = (event: KeyboardEvent): void => {
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
    else if (action === 'pan') this.session.alter((shown) => shown.panToRow(row));
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

  private loadSpans(): void {
    const { shown } = this.session;
    if (!shown) return;
    const { first, last } = this.rowScroll.range();
    this.rowSpans.want(this.session.spans, shown, shown.visible.subarray(first, last));
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

customElements.define('spanline-rows', RowsView);
