import { css, html, type TemplateResult } from 'lit';
import { parseStack, type StackLine, type StackTarget } from '../../../src/model/stackFrames';

/** Opens the source line that a frame means. */
export type RevealFrame = (frame: StackTarget) => void;

export const stackStyles = css`
  .stack {
    margin: 4px 0;
    padding: 6px 8px;
    overflow-x: auto;
    border-radius: 3px;
    background: var(--vscode-textCodeBlock-background);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .stack-line {
    white-space: pre;
    line-height: 1.5;
    user-select: text;
  }
  .stack-line.library {
    color: var(--vscode-descriptionForeground);
  }
  .stack-line button {
    font: inherit;
    padding: 0;
    border: 0;
    background: none;
    color: var(--vscode-textLink-foreground);
    cursor: pointer;
    text-align: start;
  }
  .stack-line button:hover {
    text-decoration: underline;
  }
`;

/** A stack trace whose frames of the user's own code are links to their lines. */
export function stackTrace(text: string, reveal: RevealFrame): TemplateResult {
  // Scrolls sideways, which has to be possible by key as well.
  return html`<div class="stack mono" tabindex="0" role="group" aria-label="Stack trace">
    ${parseStack(text).map((line) => stackLine(line, reveal))}
  </div>`;
}

function stackLine(line: StackLine, reveal: RevealFrame): TemplateResult {
  const { target, library, text } = line;
  if (!target || library) return html`<div class="stack-line ${library ? 'library' : ''}">${text}</div>`;
  const indent = text.length - text.trimStart().length;
  // prettier-ignore
  return html`<div class="stack-line">${text.slice(0, indent)}<button
    type="button" title="Open ${target.path}:${target.line}" @click=${() => reveal(target)}>${text.slice(indent)}</button></div>`;
}
