import { css, html, nothing, type TemplateResult } from 'lit';
import { baseStyles } from '../shared/styles';
import { PopupElement, popupStyles } from './popupElement';

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['↑', '↓', 'Page', 'Home', 'End'], 'Go from span to span'],
  [['→', '←'], 'Unfold, fold, or go to the parent'],
  [['Enter'], 'Open the line that made the span'],
  [['z'], 'Zoom to the span'],
  [['+', '−', '0'], 'Zoom in, out, and back to the whole trace'],
  [['Shift+←', 'Shift+→'], 'Move the stretch that is zoomed to'],
  [['/'], 'Find spans'],
  [['n', 'N'], 'Next and previous match'],
  [['c'], 'Critical path'],
  [['d'], 'Details of the selected span'],
  [['f'], 'Follow the newest trace'],
  [['Esc'], 'Select nothing, close, leave the field'],
  [['?'], 'These keys'],
];

/** What the keys do. */
export class KeyHelp extends PopupElement {
  static override styles = [
    baseStyles,
    popupStyles,
    css`
      .popup {
        left: auto;
        right: 0;
        max-height: min(420px, 80vh);
        width: min(440px, calc(100vw - 16px));
        overflow: auto;
        padding: 8px 14px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 5px 14px;
        margin: 0;
      }
      dd {
        margin: 0;
      }
      kbd {
        display: inline-block;
        min-width: 20px;
        padding: 0 5px;
        margin-inline-end: 3px;
        border: 1px solid var(--vscode-keybindingLabel-border, var(--vscode-contrastBorder, currentColor));
        border-radius: 3px;
        font: inherit;
        text-align: center;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`${this.iconOpener('keyboard', 'Keys (?)')} ${this.open ? list() : nothing}`;
  }

  /** By the key: what is read out is the list. */
  show(): void {
    this.open = true;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.popup')?.focus());
  }
}

function list(): TemplateResult {
  return html`<div class="popup" role="group" aria-label="Keys" tabindex="0">
    <dl>
      ${KEYS.map(
        ([keys, what]) =>
          html`<dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
            <dd>${what}</dd>`,
      )}
    </dl>
  </div>`;
}

customElements.define('spanline-key-help', KeyHelp);
