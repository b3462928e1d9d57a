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
  private top = 0;
  private scrollbar = 0;
  /** The rows moved otherwise than by the scrollbar. */
  private moved = false;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private geometry: ScrollGeometry = scrollGeometry(0, 1, 0);
  private rows = 0;

  constructor(
    private readonly rowHeight: number,
    private readonly scroller: () => HTMLElement | null,
  ) {}

  get position(): number {
    return this.top;
  }

  resize(rows: number, viewport: number): void {
    this.rows = rows;
    this.geometry = scrollGeometry(rows, this.rowHeight, Math.max(0, viewport));
    if (this.top > maxTop(this.geometry)) this.moveTo(this.top);
  }

  /** Height that the scrolled element needs for its rows. */
  get physicalHeight(): number {
    return this.geometry.physical;
  }

  get pageRows(): number {
    return Math.floor(this.geometry.viewport / this.rowHeight);
  }

  /** The most rows that {@link range} can hold. */
  get mostRows(): number {
    return Math.ceil(this.geometry.viewport / this.rowHeight) + 1 + 2 * OVERSCAN;
  }

  range(): RowRange {
    return rowsInView(this.top, this.geometry.viewport, this.rowHeight, this.rows, OVERSCAN);
  }

  isInView(position: number): boolean {
    const above = position * this.rowHeight - this.top;
    return above >= 0 && above + this.rowHeight <= this.geometry.viewport;
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

  moveTo(top: number): void {
    this.top = Math.min(Math.max(0, top), maxTop(this.geometry));
    this.moved = true;
  }

  reveal(position: number): void {
    if (position >= 0) this.moveTo(topToReveal(this.top, this.geometry.viewport, this.rowHeight, position));
  }

  /** After drawing: the scrollbar follows rows that were moved by other means. */
  drawn(): void {
    if (this.moved) this.sync();
  }

  dispose(): void {
    clearTimeout(this.settle);
  }

  /** Small moves of very long lists let the scrollbar and the rows drift apart; this joins them when it cannot be seen. */
  private sync(): void {
    const scroller = this.scroller();
    if (!scroller) return;
    this.moved = false;
    const wanted = scrollbarAt(this.geometry, this.top);
    if (Math.abs(wanted - scroller.scrollTop) >= 1) scroller.scrollTop = wanted;
    this.scrollbar = scroller.scrollTop;
  }
}
