import { css, html, type TemplateResult } from 'lit';
import type { AttributeNotice } from '../../../src/model/redaction';
import { icon } from '../../shared/icons';

export const noticeStyles = css`
  .notice {
    display: flex;
    align-items: start;
    gap: 4px;
    font: 11px/1.5 var(--vscode-font-family);
    white-space: normal;
    color: var(--vscode-descriptionForeground);
  }
  .notice.personal {
    color: var(--vscode-foreground);
  }
  .notice.personal .icon {
    color: var(--vscode-editorWarning-foreground, inherit);
  }
  .notice button {
    padding: 0;
    border: 0;
    background: none;
    font: inherit;
    color: var(--vscode-textLink-foreground);
    cursor: pointer;
  }
  .notice button:hover {
    text-decoration: underline;
  }
  .notice button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }
`;

/** Asks whatever the table lies in to show the settings of redaction. */
export const REDACTION_SETTINGS = 'redaction-settings';

/** Why a value is not shown, or should not have been sent, with the way to the setting. */
export function noticeLine({ kind, pattern, masked }: AttributeNotice): TemplateResult {
  const what = pattern ?? kind;
  const text = masked ? `Masked before it was kept: ${what}` : `Personal data, kept as sent: ${what}`;
  const title = masked
    ? 'Spanline recognised this value by its key or its shape and replaced it before it was stored.'
    : 'Whoever reads these traces can see it. Leave it out of the span, or let Spanline mask it.';
  return html`<div class="notice ${masked ? 'masked' : 'personal'}" title=${title}>
    ${icon(masked ? 'lock' : 'warning')}
    <span>${text} <button type="button" @click=${askForSettings}>Setting</button></span>
  </div>`;
}

function askForSettings({ currentTarget }: Event): void {
  currentTarget?.dispatchEvent(new CustomEvent(REDACTION_SETTINGS, { bubbles: true, composed: true }));
}
