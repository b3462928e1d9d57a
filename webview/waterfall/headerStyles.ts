import { css } from 'lit';

export const headerStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    border-bottom: 1px solid var(--line);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 5px 12px;
    padding: 6px 8px;
  }
  .break {
    display: none;
  }
  .facts {
    order: 1;
  }
  .follow {
    order: 2;
  }
  .tools {
    order: 3;
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
    margin-inline-start: auto;
  }
  spanline-trace-picker {
    flex: 0 1 auto;
  }
  .facts {
    display: flex;
    gap: 2px 10px;
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
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-secondaryBorder, transparent));
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
  /* Beside an editor: the trace on the first line, what it is and what can be done on the second. */
  @container (max-width: 940px) {
    .break {
      display: block;
      flex-basis: 100%;
      height: 0;
      margin-top: -5px;
    }
    .facts,
    .follow,
    .tools {
      order: 0;
    }
    .follow {
      margin-inline-start: auto;
    }
    .clock {
      display: none;
    }
    spanline-trace-picker {
      flex: 1 1 160px;
    }
    .tools {
      flex: 1 1 250px;
      justify-content: flex-end;
    }
    .search {
      justify-content: flex-end;
    }
    .field {
      flex-basis: 110px;
      flex-grow: 1;
      max-width: 260px;
    }
  }
  /* A page that is enlarged four times: each line counts. */
  @container (max-width: 400px) {
    .follow > span:nth-child(2) {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .follow {
      position: relative;
    }
    spanline-trace-picker {
      flex-basis: 120px;
    }
  }
  /* Beside an editor that is enlarged twice: the field has a line of its own. */
  @container (max-width: 280px) {
    .tools {
      flex-wrap: wrap;
      row-gap: 5px;
    }
    .search {
      flex-basis: 100%;
    }
    .field {
      max-width: none;
    }
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
