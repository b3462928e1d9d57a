import { css } from 'lit';
import { iconStyles } from './icons';

/** What every component starts from. Colours are the theme's variables only. */
export const baseStyles = [
  iconStyles,
  css`
    :host {
      box-sizing: border-box;
      color: var(--vscode-foreground);
      font-family: var(--vscode-font-family, system-ui, sans-serif);
      font-size: var(--vscode-font-size, 13px);
    }
    *,
    *::before,
    *::after {
      box-sizing: border-box;
    }
    .dim {
      color: var(--vscode-descriptionForeground);
    }
    .mono {
      font-family: var(--vscode-editor-font-family, monospace);
      font-size: var(--vscode-editor-font-size, 12px);
    }
    .ellipsis {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      min-width: 0;
    }
    /* The light theme's errorForeground is too pale for text. */
    .error-text {
      color: var(--vscode-list-errorForeground, var(--vscode-errorForeground));
    }
    .number {
      font-variant-numeric: tabular-nums;
    }
    .visually-hidden {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    vscode-button[aria-pressed='true'] {
      background: var(--vscode-inputOption-activeBackground);
      color: var(--vscode-inputOption-activeForeground);
      outline: 1px solid var(--vscode-inputOption-activeBorder, transparent);
      outline-offset: -1px;
    }
    :focus-visible {
      outline: 1px solid var(--vscode-focusBorder);
      outline-offset: -1px;
    }
  `,
];
