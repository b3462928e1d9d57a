import { css, html, nothing, type TemplateResult } from 'lit';
import { attributeText } from '../../../src/model/attributeText';
import type { AnyValue, Attribute } from '../../../src/model/attributes';
import type { AttributeNotice } from '../../../src/model/redaction';
import { icon } from '../../shared/icons';
import { noticeLine, noticeStyles } from './notice';
import { type RevealFrame, stackTrace } from './stack';
import { readableText } from './valueText';

const LONG_CHARACTERS = 600;
const LONG_LINES = 8;

export interface AttributeTableOptions {
  readonly attributes: readonly Attribute[];
  /** Part of a key or value, lower case. */
  readonly filter: string;
  readonly copy: (text: string) => void;
  readonly label: string;
  /** Stack traces are drawn with links where it is given. */
  readonly revealFrame?: RevealFrame;
}

export const attributeStyles = css`
  ${noticeStyles}
  .attributes {
    display: grid;
    grid-template-columns: fit-content(45%) minmax(0, 1fr);
    column-gap: 12px;
    margin: 0;
  }
  .attribute {
    position: relative;
    display: grid;
    grid-column: 1 / -1;
    grid-template-columns: subgrid;
    padding: 2px 8px;
    border-radius: 3px;
    align-items: baseline;
  }
  .attribute:hover,
  .attribute:focus-within {
    background: var(--vscode-list-hoverBackground);
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .key {
    color: var(--vscode-descriptionForeground);
    overflow-wrap: anywhere;
  }
  .value {
    margin: 0;
    overflow-wrap: anywhere;
    user-select: text;
  }
  /* The value alone: the blanks of the template around it are none of its own. */
  .text {
    white-space: pre-wrap;
  }
  .value.int,
  .value.double {
    color: var(--vscode-debugTokenExpression-number, inherit);
  }
  .value.bool {
    color: var(--vscode-debugTokenExpression-boolean, inherit);
  }
  .value.string {
    color: var(--vscode-debugTokenExpression-string, inherit);
  }
  .long > summary {
    cursor: pointer;
    color: var(--vscode-textLink-foreground);
  }
  .copy {
    position: absolute;
    top: 0;
    right: 0;
    opacity: 0;
    background: var(--vscode-sideBar-background, var(--vscode-editor-background));
    border-radius: 5px;
  }
  .attribute:hover .copy,
  .copy:focus-within {
    opacity: 1;
  }
`;

/** Keys and values in the order of the keys; undefined-like `nothing` when none passes the filter. */
export function attributeTable({
  attributes,
  filter,
  copy,
  label,
  revealFrame,
}: AttributeTableOptions): TemplateResult | typeof nothing {
  const shown = attributes
    .filter((attribute) => passes(attribute, filter))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  if (shown.length === 0) return nothing;
  return html`<div class="attributes" role="table" aria-label=${label}>
    ${shown.map(
      ({ key, value, notice }) =>
        html`<div class="attribute" role="row">
          <span class="key" role="rowheader">${breakable(key)}</span>
          <div class="value mono ${value.kind}" role="cell">
            ${revealFrame && isStack(key) ? stackTrace(attributeText(value), revealFrame) : valueCell(value, notice)}
          </div>
          <span role="cell">
            <vscode-button
              class="copy"
              appearance="icon"
              aria-label="Copy the value of ${key}"
              title="Copy value"
              @click=${() => copy(attributeText(value))}
              >${icon('copy')}</vscode-button
            >
          </span>
        </div>`,
    )}
  </div>`;
}

/** `code.stacktrace`, `exception.stacktrace`. */
function isStack(key: string): boolean {
  return /(?:^|\.)stack_?trace$/.test(key);
}

export function passes({ key, value }: Attribute, filter: string): boolean {
  return filter === '' || key.toLowerCase().includes(filter) || attributeText(value).toLowerCase().includes(filter);
}

/** Long keys break after their dots and underscores. */
function breakable(key: string): TemplateResult {
  return html`${key.split(/(?<=[._])/).map((part) => html`${part}<wbr />`)}`;
}

function valueCell(value: AnyValue, notice: AttributeNotice | undefined): TemplateResult {
  const body = valueBody(readableText(value));
  return notice ? html`${body}${noticeLine(notice)}` : body;
}

function valueBody(text: string): TemplateResult {
  const lines = text.split('\n');
  if (text.length <= LONG_CHARACTERS && lines.length <= LONG_LINES) return verbatim(text);
  const head = lines.slice(0, LONG_LINES).join('\n').slice(0, LONG_CHARACTERS);
  return html`${verbatim(`${head}…`)}
    <details class="long">
      <summary>All ${text.length.toLocaleString('en')} characters</summary>
      ${verbatim(text)}
    </details>`;
}

function verbatim(text: string): TemplateResult {
  return html`<span class="text">${text}</span>`;
}
