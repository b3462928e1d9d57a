import { css } from 'lit';

export const rowsStyles = css`
  :host {
    display: block;
    position: relative;
    min-width: 0;
    min-height: 0;
    overflow: hidden;
    user-select: none;
  }
  .scroller {
    position: absolute;
    inset: 0;
    overflow: hidden auto;
    outline: none;
    contain: strict;
  }
  .layer {
    position: sticky;
    top: 0;
    /* Not "hidden": that could still be scrolled, by whatever brings a row or its button into sight, and the head with it. */
    overflow: clip;
  }
  .head,
  .row {
    display: grid;
    grid-template-columns: var(--tracks);
  }
  .head {
    position: relative;
    z-index: 2;
    height: 24px;
    border-bottom: 1px solid var(--line);
    background: var(--vscode-editor-background);
    color: var(--vscode-descriptionForeground);
    font-size: 11px;
  }
  .head .cell {
    border-right: 1px solid var(--line);
    padding: 0 8px;
  }
  .head .timeline-cell {
    border-right: 0;
    padding: 0;
    cursor: col-resize;
  }
  .body {
    position: absolute;
    left: 0;
    right: 0;
    will-change: transform;
  }
  .row {
    position: relative;
    height: 22px;
    cursor: default;
  }
  .cell {
    display: flex;
    align-items: center;
    min-width: 0;
    overflow: hidden;
    padding: 0 8px;
  }
  .cell.end {
    justify-content: flex-end;
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .row.match .span-name {
    background: var(--vscode-editor-findMatchHighlightBackground);
    outline: 1px solid var(--vscode-editor-findMatchHighlightBorder, transparent);
  }
  .row.marked {
    background: var(--vscode-editor-rangeHighlightBackground);
    box-shadow: inset 2px 0 0 var(--vscode-editorCursor-foreground);
  }
  .row.selected {
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground, inherit);
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .scroller:focus-visible .row.selected,
  .scroller:focus .row.selected {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground);
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
  }
  .row.selected :is(.dim, .bar-label:not(.inside)),
  .scroller:focus .row.selected .span-name {
    color: inherit;
  }
  .grid-lines {
    position: absolute;
    top: 24px;
    bottom: 0;
    right: 0;
    pointer-events: none;
  }
  .grid-line {
    position: absolute;
    top: 0;
    bottom: 0;
    border-left: 1px solid var(--tick-line);
    forced-color-adjust: none;
  }
  .names-splitter {
    position: absolute;
    top: 0;
    bottom: 0;
  }
  .range {
    position: absolute;
    top: 0;
    bottom: 0;
    z-index: 4;
    pointer-events: none;
    background: color-mix(in srgb, var(--vscode-focusBorder) 22%, transparent);
    border: 1px solid var(--vscode-focusBorder);
    border-width: 0 1px;
  }
  .crosshair {
    position: absolute;
    top: 0;
    bottom: 0;
    left: 0;
    width: 1px;
    z-index: 3;
    pointer-events: none;
    background: color-mix(in srgb, var(--ink) 40%, transparent);
    forced-color-adjust: none;
  }
  .crosshair-time {
    position: absolute;
    top: 3px;
    padding: 1px 5px;
    border-radius: 3px;
    font-size: 11px;
    white-space: nowrap;
    color: var(--vscode-editorHoverWidget-foreground);
    background: var(--vscode-editorHoverWidget-background);
    border: 1px solid var(--vscode-editorHoverWidget-border);
  }
  .range-label {
    position: absolute;
    top: 3px;
    left: 50%;
    transform: translateX(-50%);
    padding: 1px 5px;
    border-radius: 3px;
    font-size: 11px;
    white-space: nowrap;
    color: var(--vscode-editorHoverWidget-foreground);
    background: var(--vscode-editorHoverWidget-background);
    border: 1px solid var(--vscode-focusBorder);
  }
  [hidden] {
    display: none !important;
  }
`;
