import type { SpanId, TraceId } from '../../../src/model/ids';
import {
  ancestors,
  buildRowTree,
  collapseFrom,
  hasChildren,
  positionOf,
  type RowTree,
  shownFor,
  visibleRows,
} from '../../../src/model/rows';
import type { SpanKind } from '../../../src/model/span';
import { nextMatch, searchRows } from '../../../src/model/rowSearch';
import { carryMarks, kindAt, rowOfSpan, rowsOfSpans, spanIdAt } from '../../../src/model/spanRows';
import { fitWindow, isWhole, type TimeWindow, wholeWindow, windowSpan } from '../../../src/model/timeScale';
import type { TraceColumns } from '../../../src/model/traceColumns';
import { MOST_REMEMBERED_FOLDS } from './intent';

/** The row that should come into view, once; a new object for every wish. */
export interface RevealWish {
  readonly row: number;
}

const NO_ROWS = new Int32Array(0);

/** One trace as it is drawn: its tree, what is folded, selected, found, marked and zoomed to. */
export class ShownTrace {
  visible: Int32Array = NO_ROWS;
  selected = -1;
  selectedId: SpanId | undefined;
  /** Of the selected span: several may share its id. */
  selectedKind: SpanKind = 'unspecified';
  matches: Int32Array = NO_ROWS;
  marked: ReadonlySet<number> = new Set();
  window: TimeWindow;
  whole: TimeWindow;
  revealWish: RevealWish | undefined;
  private collapsed: Uint8Array;
  private folded: readonly SpanId[] | undefined;

  private constructor(public tree: RowTree) {
    this.collapsed = new Uint8Array(tree.columns.count);
    this.whole = wholeWindow(tree.extent);
    this.window = this.whole;
  }

  static of(columns: TraceColumns, collapsed: Iterable<SpanId>): ShownTrace {
    const shown = new ShownTrace(buildRowTree(columns));
    for (const row of rowsOfSpans(columns, collapsed)) shown.collapsed[row] = 1;
    shown.fold();
    return shown;
  }

  get traceId(): TraceId {
    return this.tree.columns.traceId;
  }

  /** Of the first row, which is the earliest root, or orphan while no root is here. */
  get rootName(): string | undefined {
    const { names, name } = this.tree.columns;
    return names[name[0]];
  }

  get rootService(): string | undefined {
    const { services, service } = this.tree.columns;
    return services[service[0]];
  }

  /** A later reading of the same trace: what concerns spans follows them to their new rows. */
  update(columns: TraceColumns): void {
    this.collapsed = carryMarks(this.tree.columns, this.collapsed, columns);
    const zoomed = !isWhole(this.whole, this.window);
    this.tree = buildRowTree(columns);
    this.whole = wholeWindow(this.tree.extent);
    this.window = zoomed ? fitWindow(this.whole, this.window) : this.whole;
    this.selected = this.selectedId ? rowOfSpan(columns, this.selectedId, this.selectedKind) : -1;
    if (this.selected < 0) this.selectedId = undefined;
    this.fold();
  }

  select(row: number): void {
    this.selected = row;
    this.nameSelected();
    if (row >= 0) this.bringIntoView(row);
  }

  /** False when the trace does not hold the span. */
  selectSpan(spanId: SpanId): boolean {
    const row = rowOfSpan(this.tree.columns, spanId);
    if (row < 0) return false;
    this.select(row);
    return true;
  }

  /** Moves the selection among the visible rows; from none to the first or last. */
  rowAtOffset(offset: number): number {
    const { visible } = this;
    if (visible.length === 0) return -1;
    const position = this.selected < 0 ? (offset > 0 ? -1 : visible.length) : positionOf(visible, this.selected);
    return visible[Math.min(Math.max(position + offset, 0), visible.length - 1)];
  }

  isCollapsed(row: number): boolean {
    return this.collapsed[row] !== 0;
  }

  setCollapsed(row: number, collapsed: boolean): void {
    if (!hasChildren(this.tree, row)) return;
    this.collapsed[row] = collapsed ? 1 : 0;
    this.refold();
  }

  /** Folds or unfolds a row and everything below it. */
  setSubtreeCollapsed(row: number, collapsed: boolean): void {
    for (let below = row; below < this.tree.end[row]; below++)
      this.collapsed[below] = collapsed && hasChildren(this.tree, below) ? 1 : 0;
    this.refold();
  }

  expandAll(): void {
    this.collapsed.fill(0);
    this.refold();
  }

  /** Leaves the roots and their children. */
  collapseAll(): void {
    this.collapsed = collapseFrom(this.tree, 1);
    this.refold();
  }

  /** Folded spans to remember; of very many the outermost, which come first. */
  collapsedSpans(): readonly SpanId[] {
    this.folded ??= this.listFolded();
    return this.folded;
  }

  private listFolded(): SpanId[] {
    const spans: SpanId[] = [];
    for (let row = 0; row < this.collapsed.length && spans.length < MOST_REMEMBERED_FOLDS; row++)
      if (this.collapsed[row]) spans.push(spanIdAt(this.tree.columns, row));
    return spans;
  }

  /** `found`: spans that match by what the rows do not hold, such as their attributes. */
  search(query: string, found: readonly SpanId[] = []): void {
    const rows = searchRows(this.tree.columns, query);
    if (found.length === 0) this.matches = rows;
    else this.matches = Int32Array.from(new Set([...rows, ...rowsOfSpans(this.tree.columns, found)])).sort();
  }

  isMatch(row: number): boolean {
    return positionOf(this.matches, row) >= 0;
  }

  nextMatch(step: 1 | -1): number {
    return nextMatch(this.matches, this.selected, step);
  }

  mark(spanIds: readonly SpanId[]): void {
    this.marked = new Set(rowsOfSpans(this.tree.columns, spanIds));
  }

  zoom(window: TimeWindow): void {
    this.window = fitWindow(this.whole, window);
  }

  get zoomed(): boolean {
    return !isWhole(this.whole, this.window);
  }

  zoomToRow(row: number): void {
    const { start, duration } = this.tree.columns;
    const margin = duration[row] * 0.05;
    this.zoom({ from: start[row] - margin, to: start[row] + duration[row] + margin });
  }

  /** Moves the zoomed stretch so that the row's bar starts a little right of its left edge. */
  panToRow(row: number): void {
    const { start } = this.tree.columns;
    const span = windowSpan(this.window);
    const from = start[row] - span / 8;
    this.zoom({ from, to: from + span });
  }

  private bringIntoView(row: number): void {
    let folded = false;
    for (const up of ancestors(this.tree, row)) {
      folded ||= this.isCollapsed(up);
      this.collapsed[up] = 0;
    }
    if (folded) this.fold();
    this.revealWish = { row };
  }

  private fold(): void {
    this.folded = undefined;
    this.visible = visibleRows(this.tree, this.collapsed);
  }

  /** A selection that was folded away goes to the row that hides it. */
  private refold(): void {
    this.fold();
    if (this.selected < 0) return;
    const shown = shownFor(this.tree, this.collapsed, this.selected);
    if (shown === this.selected) return;
    this.selected = shown;
    this.nameSelected();
  }

  private nameSelected(): void {
    const { columns } = this.tree;
    this.selectedId = this.selected < 0 ? undefined : spanIdAt(columns, this.selected);
    if (this.selected >= 0) this.selectedKind = kindAt(columns, this.selected);
  }
}
