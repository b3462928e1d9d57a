import { css, html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import { baseStyles } from '../shared/styles';
import { columns } from './columns/index';
import { SessionElement } from './sessionElement';

/** Which of the optional columns show. */
export class ColumnMenu extends SessionElement {
  static override properties = { ...SessionElement.properties, open: { state: true } };
  declare open: boolean;

  static override styles = [
    baseStyles,
    css`
      :host {
        position: relative;
      }
      .menu {
        position: absolute;
        z-index: 20;
        right: 0;
        top: calc(100% + 3px);
        display: grid;
        padding: 6px 14px;
        border-radius: 5px;
        white-space: nowrap;
        color: var(--vscode-quickInput-foreground);
        background: var(--vscode-quickInput-background, var(--vscode-editorWidget-background));
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }
    `,
  ];

  constructor() {
    super();
    this.open = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.closeFromOutside);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.closeFromOutside);
  }

  override render(): TemplateResult {
    return html`<vscode-button
        appearance="icon"
        aria-label="Columns"
        title="Columns"
        aria-expanded=${this.open}
        @click=${() => (this.open = !this.open)}
        >${icon('settings-gear')}</vscode-button
      >
      ${this.open ? this.menu() : nothing}`;
  }

  private menu(): TemplateResult {
    const { session } = this;
    return html`<div class="menu" role="group" aria-label="Columns" @keydown=${this.onKey}>
      ${[...columns]
        .filter(({ optional }) => optional)
        .map(
          ({ id, label }) =>
            html`<vscode-checkbox ?checked=${session.columns.has(id)} @change=${() => session.toggleColumn(id)}
              >${label}</vscode-checkbox
            >`,
        )}
    </div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    this.open = false;
    this.renderRoot.querySelector<HTMLElement>('vscode-button')?.focus();
  };

  private readonly closeFromOutside = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.open = false;
  };
}

customElements.define('spanline-column-menu', ColumnMenu);
