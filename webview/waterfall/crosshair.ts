import { html, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/model/durationFormat';
import { toTime, type TimeWindow } from '../../src/model/timeScale';

/** The line under the pointer with its time in the ruler. Moved without drawing the rows again. */
export class Crosshair {
  constructor(private readonly root: () => ParentNode) {}

  template(): TemplateResult {
    return html`<div class="crosshair" aria-hidden="true" hidden><span class="crosshair-time number"></span></div>`;
  }

  /** @param left of the timeline, in pixels from the left edge of the view */
  move(window: TimeWindow, left: number, width: number, fraction: number): void {
    const line = this.line();
    if (!line) return;
    const inside = fraction >= 0 && fraction <= 1;
    line.hidden = !inside;
    if (!inside) return;
    line.style.transform = `translateX(${left + fraction * width}px)`;
    const label = line.firstElementChild as HTMLElement;
    label.textContent = formatDuration(Math.max(0, toTime(window, fraction)));
    // Kept inside the timeline at its ends.
    label.style.translate = `${-50 + Math.max(0, 50 - (fraction * width) / 0.6) - Math.max(0, 50 - ((1 - fraction) * width) / 0.6)}% 0`;
  }

  hide(): void {
    const line = this.line();
    if (line) line.hidden = true;
  }

  private line(): HTMLElement | null {
    return this.root().querySelector('.crosshair');
  }
}
