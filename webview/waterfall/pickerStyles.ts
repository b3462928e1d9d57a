import { css } from 'lit';

export const pickerStyles = css`
  .picker {
    display: flex;
    align-items: center;
    gap: 6px;
    max-width: min(520px, 100%);
    height: 26px;
    padding: 0 6px 0 8px;
    font: inherit;
    color: var(--vscode-dropdown-foreground);
    background: var(--vscode-dropdown-background);
    border: 1px solid var(--vscode-dropdown-border, transparent);
    border-radius: 3px;
    cursor: pointer;
  }
  .picker:disabled {
    cursor: default;
    opacity: 0.6;
  }
  .picker .root-name {
    font-weight: 600;
  }
  /* These give way before the name does. */
  .picker .root-path {
    flex: 0 1000 auto;
    min-width: 24px;
  }
  .picker .root-service {
    flex: 0 1000000 auto;
    min-width: 24px;
  }
  .popup {
    width: min(640px, calc(100vw - 16px));
  }
  .popup vscode-text-field {
    width: 100%;
    margin-bottom: 4px;
  }
  .options {
    max-height: min(420px, 60vh);
    overflow: hidden auto;
  }
  .option {
    display: grid;
    grid-template-columns: minmax(62px, max-content) minmax(0, 1fr) 16px 72px 84px;
    gap: 8px;
    align-items: center;
    height: 24px;
    padding: 0 8px;
    border-radius: 3px;
    cursor: pointer;
  }
  .option:hover {
    background: var(--vscode-list-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .option.active {
    color: var(--vscode-list-activeSelectionForeground, inherit);
    background: var(--vscode-list-activeSelectionBackground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .option.active .dim {
    color: inherit;
  }
  .option[aria-selected='true'] .what > .ellipsis:first-of-type {
    font-weight: 600;
  }
  .what {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  /* The name is what one looks for. */
  .what .ellipsis {
    flex: 0 1 auto;
  }
  .what .dim {
    flex: 0 1000 auto;
    min-width: 24px;
    font-size: 0.9em;
  }
  .number {
    white-space: nowrap;
  }
  .end {
    text-align: end;
  }
  .none,
  .older {
    padding: 6px 8px;
  }
  .older {
    font-size: 0.9em;
  }
  @media (max-width: 560px) {
    .option {
      grid-template-columns: minmax(0, 1fr) 16px 64px;
    }
    .option > :first-child,
    .option > :last-child {
      display: none;
    }
  }
`;
