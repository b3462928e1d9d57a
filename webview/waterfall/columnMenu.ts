import { css, html, nothing, type TemplateResult } from 'lit';
import { serviceStyles } from '../shared/serviceStyles';
import { baseStyles } from '../shared/styles';
import { columns } from './columns/index';
import { PopupElement, popupStyles } from './popupElement';

/** Which of the optional columns show. */
export class ColumnMenu extends PopupElement {
  static override styles = [
    baseStyles,
    serviceStyles,
    popupStyles,
    css`
      .popup {
        left: auto;
        right: 0;
        display: grid;
        padding: 6px 14px;
        white-space: nowrap;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`${this.iconOpener('settings-gear', 'Columns')} ${this.open ? this.menu() : nothing}`;
  }

  private menu(): TemplateResult {
    const { session } = this;
    return html`<div class="popup" role="group" aria-label="Columns">
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
}

customElements.define('spanline-column-menu', ColumnMenu);
