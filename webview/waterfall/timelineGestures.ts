import { panBy, toTime, zoomAround } from '../../src/model/timeScale';
import type { Session } from './state/session';

/** Less than this is a click with an unsteady hand. */
const DRAG_PX = 4;
const WHEEL_ZOOM_PER_PX = 0.0025;

export interface TimelineGeometry {
  /** Client coordinate of the timeline's left edge. */
  readonly left: number;
  readonly width: number;
}

/** The stretch that is being dragged over, as fractions of the timeline. */
export interface DraggedRange {
  readonly from: number;
  readonly to: number;
}

/** Dragging over the timeline zooms to a stretch; Ctrl and the wheel zoom at the pointer; Shift and the wheel move sideways. */
export class TimelineGestures {
  range: DraggedRange | undefined;
  private pressedAt: number | undefined;
  private swallowClick = false;

  constructor(
    private readonly session: () => Session,
    private readonly geometry: () => TimelineGeometry,
    private readonly rangeChanged: () => void,
  ) {}

  fractionAt(clientX: number): number {
    const { left, width } = this.geometry();
    return (clientX - left) / Math.max(width, 1);
  }

  readonly onPointerDown = (event: PointerEvent): void => {
    this.swallowClick = false;
    const fraction = this.fractionAt(event.clientX);
    if (event.button !== 0 || fraction < 0 || fraction > 1) return;
    this.pressedAt = event.clientX;
  };

  readonly onPointerMove = (event: PointerEvent): void => {
    if (this.pressedAt === undefined) return;
    if (!this.range && Math.abs(event.clientX - this.pressedAt) < DRAG_PX) return;
    if (!this.range) (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    const [a, b] = [this.fractionAt(this.pressedAt), this.fractionAt(event.clientX)].map(clamped);
    this.range = { from: Math.min(a, b), to: Math.max(a, b) };
    this.rangeChanged();
  };

  readonly onPointerUp = (): void => {
    const { range } = this;
    this.pressedAt = undefined;
    if (!range) return;
    this.range = undefined;
    this.swallowClick = true;
    this.session().alter((shown) => {
      shown.zoom({ from: toTime(shown.window, range.from), to: toTime(shown.window, range.to) });
    });
    this.rangeChanged();
  };

  readonly onPointerCancel = (): void => {
    this.pressedAt = undefined;
    this.range = undefined;
    this.rangeChanged();
  };

  /** The click that ends a drag is no click. */
  tookClick(): boolean {
    const took = this.swallowClick;
    this.swallowClick = false;
    return took;
  }

  readonly onWheel = (event: WheelEvent): void => {
    const fraction = this.fractionAt(event.clientX);
    if (fraction < 0) return;
    const { width } = this.geometry();
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const factor = Math.exp(event.deltaY * WHEEL_ZOOM_PER_PX);
      this.session().alter((shown) => shown.zoom(zoomAround(shown.whole, shown.window, clamped(fraction), factor)));
      return;
    }
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (sideways === 0 || Math.abs(sideways) < Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
    event.preventDefault();
    this.session().alter((shown) => shown.zoom(panBy(shown.whole, shown.window, sideways / width)));
  };
}

function clamped(fraction: number): number {
  return Math.min(Math.max(fraction, 0), 1);
}
