import { html, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/model/durationFormat';
import { type TimeWindow, toTime } from '../../src/model/timeScale';
import type { ColumnLayout } from './columnLayout';

/** The line under the pointer with its time in the ruler. Moved without drawing the rows again. */
export class Crosshair {
  constructor(private readonly root: () => ParentNode) {}

  template(): TemplateResult {
    return html`<div class="crosshair" aria-hidden="true" hidden><span class="crosshair-time number"></span></div>`;
  }

  move(window: TimeWindow, { timelineLeft, timelineWidth: width }: ColumnLayout, fraction: number): void {
    const line = this.line();
    if (!line) return;
    const inside = fraction >= 0 && fraction <= 1;
    line.hidden = !inside;
    if (!inside) return;
    line.style.transform = `translateX(${timelineLeft + fraction * width}px)`;
    const label = line.firstElementChild as HTMLElement;
    label.textContent = formatDuration(Math.max(0, toTime(window, fraction)));
    // Kept inside the timeline at its ends.
    const shift = Math.min(Math.max(fraction * width, label.offsetWidth / 2), width - label.offsetWidth / 2);
    label.style.translate = `calc(${shift - fraction * width}px - 50%) 0`;
  }

  hide(): void {
    const line = this.line();
    if (line) line.hidden = true;
  }

  private line(): HTMLElement | null {
    return this.root().querySelector('.crosshair');
  }
}
