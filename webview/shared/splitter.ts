import { css, html, LitElement, type TemplateResult } from 'lit';

const KEY_STEP_PX = 16;
const LARGE_KEY_STEP_PX = 80;

export interface SplitterMove {
  /** Wanted size of the part that the splitter sizes, in pixels; the listener bounds it. */
  readonly size: number;
}

/**
 * A bar between two parts, dragged or moved by arrow keys. Fires `resize-part` with {@link SplitterMove}, and `reset-part` on a
 * double click.
 */
export class Splitter extends LitElement {
  static override properties = {
    size: { type: Number },
    least: { type: Number },
    most: { type: Number },
    label: {},
    direction: { reflect: true },
    reversed: { type: Boolean },
    dragging: { type: Boolean, reflect: true, state: true },
  };
  /** Current size of the part, in pixels. */
  declare size: number;
  declare least: number;
  declare most: number;
  declare label: string;
  /** `columns`: the parts stand side by side. */
  declare direction: 'columns' | 'rows';
  /** The part sized is the one after the splitter. */
  declare reversed: boolean;
  declare dragging: boolean;

  static override styles = css`
    :host {
      display: block;
      position: relative;
      z-index: 5;
      touch-action: none;
      flex: none;
    }
    :host([direction='columns']) {
      width: 9px;
      margin: 0 -4px;
      cursor: col-resize;
    }
    :host([direction='rows']) {
      height: 9px;
      margin: -4px 0;
      cursor: row-resize;
    }
    .handle {
      position: absolute;
      inset: 0;
      outline: none;
    }
    .handle::after {
      content: '';
      position: absolute;
      background: var(--line);
    }
    :host([direction='columns']) .handle::after {
      inset: 0 4px;
    }
    :host([direction='rows']) .handle::after {
      inset: 4px 0;
    }
    .handle:hover::after,
    .handle:focus-visible::after,
    :host([dragging]) .handle::after {
      background: var(--vscode-sash-hoverBorder, var(--vscode-focusBorder));
    }
    :host([direction='columns']) :is(.handle:hover, .handle:focus-visible)::after,
    :host([direction='columns'][dragging]) .handle::after {
      inset: 0 3px;
    }
    :host([direction='rows']) :is(.handle:hover, .handle:focus-visible)::after,
    :host([direction='rows'][dragging]) .handle::after {
      inset: 3px 0;
    }
  `;

  private grip = { pointer: 0, size: 0 };

  constructor() {
    super();
    this.direction = 'columns';
    this.reversed = false;
    this.dragging = false;
    this.label = 'Resize';
  }

  override render(): TemplateResult {
    return html`<div
      class="handle"
      role="separator"
      tabindex="0"
      aria-label=${this.label}
      aria-orientation=${this.direction === 'columns' ? 'vertical' : 'horizontal'}
      aria-valuenow=${Math.round(this.size)}
      aria-valuemin=${Math.round(this.least)}
      aria-valuemax=${Math.round(Math.max(this.most, this.least))}
      @pointerdown=${this.grab}
      @pointermove=${this.drag}
      @pointerup=${this.release}
      @pointercancel=${this.release}
      @keydown=${this.step}
      @dblclick=${() => this.dispatchEvent(new CustomEvent('reset-part'))}
    ></div>`;
  }

  private readonly grab = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.target as HTMLElement).setPointerCapture(event.pointerId);
    this.grip = { pointer: this.along(event), size: this.size };
    this.dragging = true;
    event.preventDefault();
  };

  private readonly drag = (event: PointerEvent): void => {
    if (this.dragging) this.move(this.grip.size + this.sign * (this.along(event) - this.grip.pointer));
  };

  private readonly release = (): void => {
    this.dragging = false;
  };

  private readonly step = (event: KeyboardEvent): void => {
    const [less, more] = this.direction === 'columns' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key !== less && event.key !== more) return;
    const step = event.shiftKey ? LARGE_KEY_STEP_PX : KEY_STEP_PX;
    this.move(this.size + this.sign * (event.key === more ? step : -step));
    event.preventDefault();
    event.stopPropagation();
  };

  private move(size: number): void {
    const detail: SplitterMove = { size: Math.min(Math.max(size, this.least), Math.max(this.most, this.least)) };
    this.dispatchEvent(new CustomEvent('resize-part', { detail }));
  }

  private get sign(): 1 | -1 {
    return this.reversed ? -1 : 1;
  }

  private along(event: PointerEvent): number {
    return this.direction === 'columns' ? event.clientX : event.clientY;
  }
}

customElements.define('spanline-splitter', Splitter);
