import { css, html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons';

export interface SectionOptions {
  readonly title: string;
  readonly count?: number;
  readonly open?: boolean;
  readonly body: TemplateResult | typeof nothing;
}

export const sectionStyles = css`
  details.section {
    border-top: 1px solid var(--vscode-sideBarSectionHeader-border, var(--line));
  }
  .section > summary {
    display: flex;
    align-items: center;
    gap: 4px;
    height: 24px;
    padding: 0 8px 0 4px;
    list-style: none;
    cursor: pointer;
    font-weight: 600;
    font-size: 11px;
    text-transform: uppercase;
  }
  .section > summary .icon {
    transform: rotate(-90deg);
  }
  .section[open] > summary .icon {
    transform: none;
  }
  .section > .body {
    padding: 0 4px 8px 8px;
  }
  .count-badge {
    min-width: 18px;
    padding: 1px 5px;
    border-radius: 10px;
    font-size: 11px;
    font-weight: normal;
    text-align: center;
    color: var(--vscode-badge-foreground);
    background: var(--vscode-badge-background);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
`;

export function section({ title, count, open = true, body }: SectionOptions): TemplateResult {
  return html`<details class="section" ?open=${open}>
    <summary>
      ${icon('chevron-down')}<span>${title}</span>
      ${count === undefined ? nothing : html`<span class="count-badge number">${count}</span>`}
    </summary>
    <div class="body">${body}</div>
  </details>`;
}
