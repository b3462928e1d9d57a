import { css } from 'lit';

export const headerStyles = css`
  :host {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 16px;
    padding: 6px 8px;
    border-bottom: 1px solid var(--line);
    container-type: inline-size;
  }
  .line {
    display: flex;
    align-items: center;
    gap: 4px 12px;
    min-width: 0;
    flex-wrap: wrap;
  }
  .facts {
    display: flex;
    gap: 2px 12px;
    flex-wrap: wrap;
    align-items: center;
    white-space: nowrap;
  }
  .errors {
    display: inline-flex;
    align-items: center;
    gap: 3px;
  }
  .errors .icon {
    font-size: 14px;
  }
  .tools {
    flex-wrap: nowrap;
    gap: 8px;
  }
  .search,
  .buttons {
    display: flex;
    align-items: center;
    gap: 2px;
  }
  .search {
    flex: 1 1 auto;
    min-width: 0;
  }
  .field {
    position: relative;
    flex: 0 1 230px;
    min-width: 90px;
  }
  .field vscode-text-field {
    width: 100%;
  }
  /* Over the field's end, so that nothing moves while one types. */
  .matches {
    position: absolute;
    top: 3px;
    bottom: 3px;
    right: 4px;
    padding: 0 4px;
    display: flex;
    align-items: center;
    font-size: 11px;
    white-space: nowrap;
    pointer-events: none;
    background: var(--vscode-input-background);
  }
  .matches:empty {
    display: none;
  }
  .follow {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    height: 24px;
    padding: 0 10px;
    border-radius: 12px;
    font: inherit;
    white-space: nowrap;
    cursor: pointer;
    color: var(--vscode-button-secondaryForeground, var(--vscode-foreground));
    background: var(--vscode-button-secondaryBackground, transparent);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .follow:hover {
    background: var(--vscode-button-secondaryHoverBackground);
  }
  .follow.paused {
    border-color: var(--vscode-inputValidation-warningBorder, currentColor);
  }
  .lamp {
    width: 8px;
    height: 8px;
    border-radius: 50%;
    border: 1px solid currentColor;
  }
  .follow.on .lamp {
    background: var(--vscode-charts-green, #3fb950);
    border-color: transparent;
    forced-color-adjust: none;
    animation: glow 2s ease-in-out infinite;
  }
  .follow.paused .lamp {
    background: var(--vscode-editorWarning-foreground);
    border-color: transparent;
    border-radius: 1px;
    forced-color-adjust: none;
  }
  .newer {
    padding: 0 6px;
    border-radius: 9px;
    font-size: 11px;
    color: var(--vscode-badge-foreground);
    background: var(--vscode-badge-background);
  }
  @keyframes glow {
    50% {
      opacity: 0.45;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .follow.on .lamp {
      animation: none;
    }
  }
`;
