import {
  maxTop,
  type RowRange,
  rowsInView,
  scrollbarAt,
  type ScrollGeometry,
  scrollGeometry,
  topAfterScroll,
  topToReveal,
} from '../../src/model/rowWindow';

const OVERSCAN = 4;
const SETTLE_MS = 150;

/** Which rows a scrolled element shows, and keeping its scrollbar and the rows in step. */
export class RowScroll {
  /** Pixels of rows above the view. */
  top = 0;
  private scrollbar = 0;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private geometry: ScrollGeometry = scrollGeometry(0, 1, 0);
  private rows = 0;

  constructor(
    private readonly rowHeight: number,
    private readonly scroller: () => HTMLElement | null,
  ) {}

  resize(rows: number, viewport: number): void {
    this.rows = rows;
    this.geometry = scrollGeometry(rows, this.rowHeight, viewport);
    this.top = Math.min(this.top, maxTop(this.geometry));
  }

  /** Height that the scrolled element needs for its rows. */
  get physicalHeight(): number {
    return this.geometry.physical;
  }

  get pageRows(): number {
    return Math.floor(this.geometry.viewport / this.rowHeight);
  }

  range(): RowRange {
    return rowsInView(this.top, this.geometry.viewport, this.rowHeight, this.rows, OVERSCAN);
  }

  /** Takes over where the user scrolled to. */
  scrolled(): void {
    const now = this.scroller()?.scrollTop ?? 0;
    if (now === this.scrollbar) return;
    this.top = topAfterScroll(this.geometry, this.top, this.scrollbar, now);
    this.scrollbar = now;
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.sync(), SETTLE_MS);
  }

  scrollTo(top: number): void {
    this.top = Math.min(Math.max(0, top), maxTop(this.geometry));
    this.sync();
  }

  reveal(position: number): void {
    this.scrollTo(topToReveal(this.top, this.geometry.viewport, this.rowHeight, position));
  }

  /** Puts the scrollbar where the rows are; small moves of very long lists let them drift apart. */
  sync(): void {
    const scroller = this.scroller();
    if (!scroller) return;
    scroller.scrollTop = scrollbarAt(this.geometry, this.top);
    this.scrollbar = scroller.scrollTop;
  }

  dispose(): void {
    clearTimeout(this.settle);
  }
}
