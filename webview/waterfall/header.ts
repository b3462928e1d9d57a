import { html, nothing, type TemplateResult } from 'lit';
import { formatClock, formatMoment, unixNanoToMs } from '../../src/model/clockFormat';
import { formatDuration } from '../../src/model/durationFormat';
import { pausedTime, pauseText, wholeTimeText } from '../../src/model/spanTimes';
import { icon, type IconName } from '../shared/icons';
import { baseStyles } from '../shared/styles';
import { headerStyles } from './headerStyles';
import { SessionElement } from './sessionElement';
import type { ShownTrace } from './state/shownTrace';

interface Tool {
  readonly icon: IconName;
  readonly label: string;
  readonly act: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
}

/** Which trace this is, and what can be done with its view. */
export class Header extends SessionElement {
  static override styles = [baseStyles, headerStyles];

  override render(): TemplateResult {
    const { shown } = this.session;
    return html`<div class="bar">
      <spanline-trace-picker .session=${this.session}></spanline-trace-picker>
      ${this.follow()}
      <span class="break"></span>
      ${shown ? [this.facts(shown), html`<div class="tools">${this.search(shown)} ${this.tools(shown)}</div>`] : nothing}
    </div>`;
  }

  focusSearch(): void {
    const field = this.renderRoot.querySelector<HTMLInputElement>('vscode-text-field');
    field?.focus();
    field?.select();
  }

  private facts({ tree }: ShownTrace): TemplateResult {
    const { columns, extent, errors } = tree;
    const start = unixNanoToMs(columns.epoch);
    const { summary } = this.session;
    const paused = pausedTime(columns);
    return html`<div class="facts number">
      <strong title=${timeTitle(extent, paused)}>${wholeTimeText(columns, extent)}</strong>
      ${paused > 0 ? html`<span class="dim">paused ${formatDuration(paused)}</span>` : nothing}
      <span>${count(columns.count, 'span')}</span>
      <spanline-service-menu .session=${this.session}></spanline-service-menu>
      ${errors > 0 ? html`<span class="error-text errors">${icon('error')}${count(errors, 'error')}</span>` : nothing}
      ${summary && !summary.rooted ? html`<span class="dim">root span not here yet</span>` : nothing}
      <span class="dim clock" title="Started ${formatMoment(start)}">${formatClock(start)}</span>
    </div>`;
  }

  private follow(): TemplateResult {
    const { follow, newer } = this.session;
    const label = { on: 'Following newest', paused: 'Following paused', off: 'Follow newest' }[follow];
    const title =
      follow === 'on'
        ? 'Showing the newest trace as it comes. Click to stay on this one (f)'
        : 'Go to the newest trace and stay on it (f)';
    return html`<button
      class="follow ${follow}"
      type="button"
      aria-pressed=${follow === 'on'}
      title=${title}
      @click=${() => this.session.toggleFollow()}
    >
      <span class="lamp"></span><span>${label}</span>
      ${
        follow !== 'on' && newer.count > 0
          ? html`<span class="newer number">${newer.count.toLocaleString('en')}${newer.orMore ? '+' : ''} newer</span>`
          : nothing
      }
    </button>`;
  }

  private search(shown: ShownTrace): TemplateResult {
    const { session } = this;
    const none = shown.matches.length === 0;
    return html`<div class="search" role="search">
      <div class="field">
        <vscode-text-field
          placeholder="Find spans (/)"
          aria-label="Find spans by name, service, attribute, kind, status or id"
          title="Name, service, attribute, kind, status or span id; several words must all match. Also key=value, duration>100ms, status:error"
          .value=${session.searchQuery}
          @input=${(event: Event) => session.search((event.target as HTMLInputElement).value)}
          @keydown=${this.onSearchKey}
        ></vscode-text-field>
        <span class="matches number ${none ? 'error-text' : 'dim'}" role="status"
          >${matchCount(shown, session.searchQuery)}</span
        >
      </div>
      ${
        session.searchQuery.trim() === ''
          ? nothing
          : [
              this.tool({
                icon: 'arrow-up',
                label: 'Previous match (N)',
                act: () => session.goToMatch(-1),
                disabled: none,
              }),
              this.tool({
                icon: 'arrow-down',
                label: 'Next match (n)',
                act: () => session.goToMatch(1),
                disabled: none,
              }),
            ]
      }
    </div>`;
  }

  private tools(shown: ShownTrace): TemplateResult {
    const { session } = this;
    const { detailsOpen } = session.layout;
    const tools: Tool[] = [
      { icon: 'expand-all', label: 'Expand all', act: () => session.alter(() => shown.expandAll()) },
      { icon: 'collapse-all', label: 'Collapse all', act: () => session.alter(() => shown.collapseAll()) },
      {
        icon: 'flame',
        label: 'Critical path: what the trace waited for (c)',
        act: () => session.setCritical(!session.critical),
        pressed: session.critical,
      },
      {
        icon: 'screen-full',
        label: 'Show the whole trace (0)',
        act: () => session.alter(() => shown.zoom(shown.whole)),
        disabled: !shown.zoomed,
      },
      {
        icon: 'layout-sidebar-right',
        label: 'Details of the selected span (d)',
        act: () => session.setLayout({ detailsOpen: !detailsOpen }),
        pressed: detailsOpen,
      },
    ];
    return html`<div class="buttons" role="toolbar" aria-label="View">
      ${tools.map((tool) => this.tool(tool))}
      <spanline-column-menu .session=${session}></spanline-column-menu>
    </div>`;
  }

  private tool({ icon: name, label, act, disabled = false, pressed }: Tool): TemplateResult {
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
    else if (event.key === 'Escape') this.leaveSearch();
    event.stopPropagation();
  };

  /** Escape first empties the field, then gives the focus back to the rows. */
  private leaveSearch(): void {
    if (this.session.searchQuery !== '') this.session.search('');
    else this.dispatchEvent(new CustomEvent('leave-search'));
  }
}

function timeTitle(extent: number, paused: number): string {
  const whole = 'From the earliest start to the latest end';
  return paused > 0 ? `${whole}: ${pauseText(extent, paused)}` : whole;
}

function count(number: number, what: string, plural = 's'): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : plural}`;
}

function matchCount({ matches, selected }: ShownTrace, query: string): string {
  if (query.trim() === '') return '';
  if (matches.length === 0) return 'No matches';
  const current = matches.indexOf(selected);
  const total = matches.length.toLocaleString('en');
  return current < 0 ? count(matches.length, 'match', 'es') : `${(current + 1).toLocaleString('en')} of ${total}`;
}

customElements.define('spanline-header', Header);
