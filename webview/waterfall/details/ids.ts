import { css, html, nothing, type TemplateResult } from 'lit';
import type { Span, SpanLink } from '../../../src/model/span';
import { icon } from '../../shared/icons';
import { attributeTable } from './attributeTable';

export const idStyles = css`
  .id-row {
    display: grid;
    grid-template-columns: minmax(90px, 38%) minmax(0, 1fr) 22px;
    gap: 8px;
    align-items: center;
    padding: 0 4px 0 8px;
    min-height: 24px;
  }
  .id-row .mono {
    overflow-wrap: anywhere;
    user-select: text;
  }
  .link + .link {
    border-top: 1px dashed var(--line);
  }
  .link-open {
    padding: 2px 8px;
  }
`;

interface Actions {
  readonly copy: (text: string) => void;
  readonly openSpan: (traceId: string, spanId: string) => void;
}

export function idList(span: Span, { copy }: Actions): TemplateResult {
  return html`
    ${idRow('Trace id', span.traceId, copy)} ${idRow('Span id', span.spanId, copy)}
    ${span.parentSpanId ? idRow('Parent span id', span.parentSpanId, copy) : nothing}
    ${span.traceState ? idRow('Trace state', span.traceState, copy) : nothing}
  `;
}

export function linkList(links: readonly SpanLink[], filter: string, actions: Actions): TemplateResult {
  return html`${links.map(
    ({ traceId, spanId, attributes }) =>
      html`<div class="link">
        ${idRow('Trace id', traceId, actions.copy)} ${idRow('Span id', spanId, actions.copy)}
        <div class="link-open">
          <vscode-link href="#" @click=${(event: Event) => follow(event, () => actions.openSpan(traceId, spanId))}
            >Open the linked span</vscode-link
          >
        </div>
        ${attributeTable({ attributes, filter, copy: actions.copy, label: 'Attributes of the link' })}
      </div>`,
  )}`;
}

function follow(event: Event, act: () => void): void {
  event.preventDefault();
  act();
}

export function idRow(label: string, id: string, copy: (text: string) => void): TemplateResult {
  return html`<div class="id-row">
    <span class="dim">${label}</span><span class="mono">${id}</span>
    <vscode-button appearance="icon" aria-label="Copy the ${label.toLowerCase()}" title="Copy" @click=${() => copy(id)}
      >${icon('copy')}</vscode-button
    >
  </div>`;
}
