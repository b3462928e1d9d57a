import { css, html, nothing, type TemplateResult } from 'lit';
import { formatClock, formatMoment, unixNanoToMs } from '../../src/model/clockFormat';
import { formatDuration } from '../../src/model/durationFormat';
import { icon, type IconName } from '../shared/icons';
import { baseStyles } from '../shared/styles';
import { SessionElement } from './sessionElement';
import type { ShownTrace } from './state/shownTrace';

/** Which trace this is, and what can be done with its view. */
export class Header extends SessionElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        padding: 6px 8px;
        border-bottom: 1px solid var(--line);
      }
      .facts {
        display: flex;
        gap: 4px 14px;
        flex-wrap: wrap;
        align-items: center;
      }
      .tools {
        display: flex;
        align-items: center;
        gap: 2px;
        margin-left: auto;
      }
      .search {
        display: flex;
        align-items: center;
        gap: 2px;
      }
      .count {
        min-width: 5em;
        padding: 0 4px;
        white-space: nowrap;
      }
      vscode-text-field {
        width: 200px;
      }
      .separator {
        align-self: stretch;
        border-left: 1px solid var(--line);
        margin: 2px 4px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { shown } = this.session;
    return html`
      <spanline-trace-picker .session=${this.session}></spanline-trace-picker>
      ${shown ? this.facts(shown) : nothing}
      <div class="tools">${shown ? [this.search(shown), this.buttons(shown)] : nothing} ${this.follow()}</div>
    `;
  }

  focusSearch(): void {
    const field = this.renderRoot.querySelector<HTMLInputElement>('vscode-text-field');
    field?.focus();
    field?.select();
  }

  private facts({ tree }: ShownTrace): TemplateResult {
    const { columns, extent, errors } = tree;
    const start = unixNanoToMs(columns.epoch);
    const services = columns.services.length;
    return html`<div class="facts number">
      <strong>${formatDuration(extent)}</strong>
      <span>${count(columns.count, 'span')}</span>
      <span>${count(services, 'service')}</span>
      ${errors > 0 ? html`<span class="error-text">${icon('error')} ${count(errors, 'error')}</span>` : nothing}
      <span class="dim" title=${formatMoment(start)}>${formatClock(start)}</span>
    </div>`;
  }

  private search(shown: ShownTrace): TemplateResult {
    const { session } = this;
    return html`<div class="search" role="search">
      <vscode-text-field
        placeholder="Find span or service"
        aria-label="Find spans by name, service, kind, status or id"
        .value=${session.searchQuery}
        @input=${(event: Event) => session.search((event.target as HTMLInputElement).value)}
        @keydown=${this.onSearchKey}
      ></vscode-text-field>
      <span class="count dim number" role="status">${matchCount(shown, session.searchQuery)}</span>
      ${this.button('arrow-up', 'Previous match (N)', () => session.goToMatch(-1), shown.matches.length === 0)}
      ${this.button('arrow-down', 'Next match (n)', () => session.goToMatch(1), shown.matches.length === 0)}
    </div>`;
  }

  private buttons(shown: ShownTrace): TemplateResult {
    const { session } = this;
    return html`
      <span class="separator"></span>
      ${this.button('expand-all', 'Expand all', () => session.alter(() => shown.expandAll()))}
      ${this.button('collapse-all', 'Collapse all', () => session.alter(() => shown.collapseAll()))}
      ${this.button('flame', 'Critical path (c)', () => session.setCritical(!session.critical), false, session.critical)}
      ${this.button('screen-full', 'Show the whole trace (0)', () => session.alter(() => shown.zoom(shown.whole)), !shown.zoomed)}
    `;
  }

  private follow(): TemplateResult {
    const { follow, newer } = this.session;
    const on = follow === 'on';
    const words = follow === 'paused' ? `Paused${newer > 0 ? ` · ${newer} newer` : ''}` : 'Follow newest';
    return html`<vscode-button
      appearance=${follow === 'paused' ? 'primary' : 'secondary'}
      aria-pressed=${on}
      title=${on ? 'Showing the newest trace as it comes (f)' : 'Show the newest trace as it comes (f)'}
      @click=${() => this.session.toggleFollow()}
      >${words}</vscode-button
    >`;
  }

  private button(name: IconName, label: string, act: () => void, disabled = false, pressed?: boolean): TemplateResult {
    return html`<vscode-button
      appearance="icon"
      aria-label=${label}
      title=${label}
      aria-pressed=${pressed ?? nothing}
      ?disabled=${disabled}
      @click=${act}
      >${icon(name)}</vscode-button
    >`;
  }

  private readonly onSearchKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.session.goToMatch(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') this.dispatchEvent(new CustomEvent('leave-search'));
    event.stopPropagation();
  };
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}

function matchCount(shown: ShownTrace, query: string): string {
  if (query.trim() === '') return '';
  const { matches, selected } = shown;
  if (matches.length === 0) return 'No matches';
  const current = matches.indexOf(selected);
  return current < 0 ? count(matches.length, 'match').replace('matchs', 'matches') : `${current + 1} of ${matches.length}`;
}

customElements.define('spanline-header', Header);
