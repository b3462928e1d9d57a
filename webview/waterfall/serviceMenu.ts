import { css, html, nothing, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/model/durationFormat';
import type { RowTree } from '../../src/model/rows';
import { type ServiceShare, serviceShares } from '../../src/model/serviceShares';
import { cssom } from '../shared/cssom';
import { icon } from '../shared/icons';
import { serviceStyles } from '../shared/serviceStyles';
import { baseStyles } from '../shared/styles';
import { colourValues } from './columns/column';
import { PopupElement, popupStyles } from './popupElement';

/** Nobody reads on; the search finds the spans of the others. */
const MOST = 200;

/** Counts the trace's services; opens into their colours and what each took of the time. */
export class ServiceMenu extends PopupElement {
  private computed: { readonly tree: RowTree; readonly shares: readonly ServiceShare[] } | undefined;

  static override styles = [
    baseStyles,
    serviceStyles,
    popupStyles,
    css`
      .opener {
        display: inline-flex;
        align-items: center;
        gap: 2px;
        padding: 1px 2px 1px 4px;
        border: 0;
        border-radius: 3px;
        font: inherit;
        color: inherit;
        background: none;
        cursor: pointer;
      }
      .opener:hover {
        background: var(--vscode-toolbar-hoverBackground);
        outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
      }
      .opener .icon {
        font-size: 12px;
        width: 12px;
        height: 12px;
      }
      .services {
        max-height: min(420px, 60vh);
        width: min(460px, 90vw);
        overflow: hidden auto;
      }
      .head,
      .entry {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 62px 72px 110px;
        align-items: center;
        gap: 8px;
        width: 100%;
        padding: 0 8px;
        text-align: start;
      }
      .head {
        height: 20px;
        font-size: 11px;
      }
      .more {
        padding: 4px 8px 0;
        font-size: 11px;
      }
      .entry {
        height: 24px;
        border: 0;
        border-radius: 3px;
        font: inherit;
        color: inherit;
        background: none;
        cursor: pointer;
      }
      .entry:hover {
        background: var(--vscode-list-hoverBackground);
        outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      .name {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .end {
        text-align: end;
      }
      .share {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .share > span:first-child {
        flex: 1;
        height: 6px;
        border-radius: 3px;
        background: color-mix(in srgb, var(--vscode-foreground) 15%, transparent);
      }
      .fill {
        display: block;
        height: 100%;
        border-radius: 3px;
        background: var(--service-fill);
        forced-color-adjust: none;
      }
      .percent {
        width: 34px;
      }
      @media (max-width: 420px) {
        .head,
        .entry {
          grid-template-columns: minmax(0, 1fr) 64px 40px;
        }
        .head > :nth-child(2),
        .entry > :nth-child(2),
        .share > :first-child {
          display: none;
        }
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const tree = this.session.shown?.tree;
    if (!tree) return nothing;
    const { length } = tree.columns.services;
    return html`<button
        class="opener"
        type="button"
        aria-expanded=${this.open}
        title="What each service took of the time"
        @click=${() => this.toggle()}
      >
        ${length.toLocaleString('en')} ${length === 1 ? 'service' : 'services'}${icon('chevron-down')}
      </button>
      ${this.open ? this.list(tree) : nothing}`;
  }

  private list(tree: RowTree): TemplateResult {
    if (this.computed?.tree !== tree) this.computed = { tree, shares: serviceShares(tree.columns) };
    const more = this.computed.shares.length - MOST;
    return html`<div class="popup" role="group" aria-label="Services of the trace">
      <div class="head dim" aria-hidden="true">
        <span>Service</span><span class="end">Spans</span><span class="end">Self time</span><span>Share</span>
      </div>
      <div class="services">${this.computed.shares.slice(0, MOST).map((share) => this.entry(share))}</div>
      ${more > 0 ? html`<div class="more dim">and ${more.toLocaleString('en')} more with a smaller share</div>` : nothing}
    </div>`;
  }

  private entry({ service, spans, errors, selfTime, share }: ServiceShare): TemplateResult {
    const colour = colourValues(this.session.colours.of(service));
    return html`<button
      class="entry"
      type="button"
      title="Find the spans of ${service}"
      @click=${() => this.find(service)}
    >
      <span class="name"
        ><span class="service dot" ${cssom(colour)}></span
        ><span class="ellipsis">${service}</span>
        ${errors > 0 ? icon('error', { class: 'error-text', label: `${errors} failed` }) : nothing}</span
      >
      <span class="number end dim">${spans.toLocaleString('en')}</span>
      <span class="number end">${formatDuration(selfTime)}</span>
      <span class="share"
        ><span><span class="service fill" ${cssom({ ...colour, width: `${share * 100}%` })}></span></span
        ><span class="percent number end">${Math.round(share * 100)} %</span></span
      >
    </button>`;
  }

  private find(service: string): void {
    this.session.search(service);
    this.session.goToMatch(1);
    this.close();
  }
}

customElements.define('spanline-service-menu', ServiceMenu);
