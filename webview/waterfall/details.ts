import { css, html, nothing, type TemplateResult } from 'lit';
import { asSpanId, asTraceId } from '../../src/model/ids';
import { shownName } from '../../src/model/shownName';
import type { Span } from '../../src/model/span';
import type { StackTarget } from '../../src/model/stackFrames';
import { cssom } from '../shared/cssom';
import { icon } from '../shared/icons';
import { serviceStyles } from '../shared/serviceStyles';
import { baseStyles } from '../shared/styles';
import { colourValues } from './columns/column';
import { attributeStyles, attributeTable, passes } from './details/attributeTable';
import { eventList, eventStyles } from './details/events';
import { factList, factStyles, locationLink, noteList } from './details/facts';
import { idList, idStyles, linkList } from './details/ids';
import { logList, logStyles } from './details/logs';
import { REDACTION_SETTINGS } from './details/notice';
import { section, sectionStyles } from './details/section';
import { stackStyles } from './details/stack';
import { SessionElement } from './sessionElement';
import type { ShownTrace } from './state/shownTrace';

/** Characters of a name; a longer one is scrolled, which keys must be able to do, too. */
const MOST_IN_SIGHT = 120;

/** Everything known about the selected span. */
export class SpanDetails extends SessionElement {
  static override properties = { ...SessionElement.properties, filter: { state: true } };
  declare filter: string;

  static override styles = [
    baseStyles,
    serviceStyles,
    factStyles,
    sectionStyles,
    attributeStyles,
    eventStyles,
    logStyles,
    stackStyles,
    idStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        background: var(--vscode-sideBar-background, var(--vscode-editor-background));
        line-height: 1.4;
      }
      .title {
        display: flex;
        align-items: flex-start;
        gap: 6px;
        padding: 8px 6px 2px 12px;
      }
      h2 {
        flex: 1;
        margin: 0;
        font-size: 14px;
        font-weight: 600;
        line-height: 1.35;
        overflow-wrap: anywhere;
        max-height: 5.4em;
        overflow: hidden auto;
        user-select: text;
      }
      .subtitle {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 8px;
        padding: 0 12px 8px;
      }
      .dot {
        width: 9px;
        height: 9px;
        border-radius: 50%;
        background: var(--service-fill);
        forced-color-adjust: none;
      }
      .service-title {
        max-width: 100%;
      }
      .kind {
        padding: 0 6px;
        border: 1px solid var(--line);
        border-radius: 9px;
        font-size: 11px;
      }
      .content {
        flex: 1;
        overflow: hidden auto;
        min-height: 0;
      }
      .filter {
        padding: 0 12px 8px;
      }
      .filter vscode-text-field {
        width: 100%;
      }
      .message {
        padding: 12px;
      }
      .nothing {
        padding: 2px 8px;
      }
    `,
  ];

  constructor() {
    super();
    this.filter = '';
    this.addEventListener(REDACTION_SETTINGS, () => this.session.showRedactionSettings());
  }

  override render(): TemplateResult | typeof nothing {
    const { details, shown } = this.session;
    if (!details || !shown || shown.selected < 0) return nothing;
    const { span, state } = details;
    return html`
      ${this.heading(shown)}
      <div class="content" aria-busy=${state === 'loading'}>
        ${span ? this.body(span, shown) : html`<p class="message dim">${MESSAGES[state]}</p>`}
      </div>
    `;
  }

  private heading({ tree: { columns }, selected }: ShownTrace): TemplateResult {
    const service = columns.services[columns.service[selected]];
    const name = columns.names[columns.name[selected]];
    return html`
      <div class="title">
        <h2 tabindex=${name.length > MOST_IN_SIGHT ? 0 : nothing}>${shownName(name)}</h2>
        <vscode-button
          appearance="icon"
          aria-label="Close the details"
          title="Close (d)"
          @click=${() => this.session.setLayout({ detailsOpen: false })}
          >${icon('close')}</vscode-button
        >
      </div>
      <div class="subtitle">
        <span class="service dot" ${cssom(colourValues(this.session.colours.of(service)))}></span>
        <span class="service-title ellipsis" title=${service}>${shownName(service)}</span>
        ${this.session.details?.span ? html`<span class="kind dim">${this.session.details.span.kind}</span>` : nothing}
      </div>
    `;
  }

  private body(span: Span, shown: ShownTrace): TemplateResult {
    const { session, filter } = this;
    const copy = (text: string): void => session.copy(text);
    const actions = { copy, openSpan: this.openSpan };
    const { attributes, events, links, resource, scope, dropped } = span;
    return html`
      ${locationLink(span.location, (location) => session.reveal(location))} ${noteList(span, shown)}
      ${factList(span, shown)} ${this.filterField()}
      ${section({
        title: 'Attributes',
        count: attributes.filter((attribute) => passes(attribute, filter)).length,
        body: this.table(attributes, 'Attributes of the span', dropped.attributes),
      })}
      ${
        events.length + dropped.events === 0
          ? nothing
          : section({
              title: 'Events',
              count: events.length,
              body: html`${eventList({ events, filter, copy, revealFrame: this.revealFrame })}
              ${droppedNote(dropped.events, 'event')}`,
            })
      }
      ${
        links.length + dropped.links === 0
          ? nothing
          : section({
              title: 'Links',
              count: links.length,
              body: html`${linkList(links, filter, actions)} ${droppedNote(dropped.links, 'link')}`,
            })
      }
      ${this.logSection(span)}
      ${section({ title: 'Resource', count: resource.length, open: false, body: this.table(resource, 'Attributes of the resource', 0) })}
      ${section({ title: 'Scope', open: false, body: this.scope(scope) })}
      ${section({ title: 'Ids', open: false, body: idList(span, actions) })}
    `;
  }

  private scope({ name, version, attributes }: Span['scope']): TemplateResult {
    const title = html`<div class="nothing mono">${[shownName(name), version].filter(Boolean).join(' ')}</div>`;
    return attributes.length === 0 ? title : html`${title} ${this.table(attributes, 'Attributes of the scope', 0)}`;
  }

  private logSection(span: Span): TemplateResult | typeof nothing {
    const records = this.session.logs.of(span.spanId);
    if (records.length === 0) return nothing;
    const { filter, session } = this;
    const list = logList({ records, span, filter, copy: (text) => session.copy(text), revealFrame: this.revealFrame });
    return section({ title: 'Logs', count: records.length, body: list });
  }

  private filterField(): TemplateResult {
    return html`<div class="filter">
      <vscode-text-field
        placeholder="Filter attributes, events and logs"
        aria-label="Filter attributes, events and logs by key or value"
        .value=${this.filter}
        @input=${(event: Event) => (this.filter = (event.target as HTMLInputElement).value.trim().toLowerCase())}
      ></vscode-text-field>
    </div>`;
  }

  private table(attributes: Span['attributes'], label: string, dropped: number): TemplateResult {
    const { filter } = this;
    const table = attributeTable({
      attributes,
      filter,
      label,
      copy: (text) => this.session.copy(text),
      revealFrame: this.revealFrame,
    });
    const none = attributes.length === 0 ? 'None' : 'None matches the filter';
    return html`${table === nothing ? html`<div class="nothing dim">${none}</div>` : table}
    ${droppedNote(dropped, 'attribute')}`;
  }

  private readonly revealFrame = (frame: StackTarget): void => {
    this.session.revealFrame(frame, this.session.details?.span?.service ?? '');
  };

  private readonly openSpan = (trace: string, span: string): void => {
    const [traceId, spanId] = [asTraceId(trace), asSpanId(span)];
    if (traceId) this.session.choose(traceId, spanId);
  };
}

const MESSAGES = {
  loading: 'Loading…',
  ready: '',
  gone: 'This span has left the store.',
  failed: 'The span could not be read. Select it again to try once more.',
} as const;

function droppedNote(count: number, what: string): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  return html`<div class="nothing dim">
    The sender dropped ${count} ${what}${count === 1 ? '' : 's'} over its limit.
  </div>`;
}

customElements.define('spanline-details', SpanDetails);
