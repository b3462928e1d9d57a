import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { formatClock, formatMoment, formatWhen, isToday, unixNanoToMs } from '../../src/model/clockFormat';
import { formatDuration } from '../../src/model/durationFormat';
import { pausedTime, pauseText, wholeTimeText } from '../../src/model/spanTimes';
import { icon, type IconName } from '../shared/icons';
import { baseStyles } from '../shared/styles';
import { headerStyles } from './headerStyles';
import type { KeyHelp } from './keyHelp';
import { SessionElement } from './sessionElement';
import type { ShownTrace } from './state/shownTrace';

/** The engine's part of an answer comes a moment after the page's own. */
const SAID_MS = 1_500;

/** Which trace this is, and what can be done with its view. */
export class Header extends SessionElement {
  static override styles = [baseStyles, headerStyles];

  /** Matches, as told to screen readers: when somebody searches, and not whenever the trace grows or another one is shown. */
  private said = '';
  private sayUntil = -Infinity;

  override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { shown, searchQuery } = this.session;
    if (shown && performance.now() < this.sayUntil) this.said = matchCount(shown, searchQuery);
  }

  override render(): TemplateResult {
    const { shown } = this.session;
    return html`<div class="bar">
      <spanline-trace-picker .session=${this.session}></spanline-trace-picker>
      ${this.follow()}
      <span class="break"></span>
      ${shown ? [this.facts(shown), html`<div class="tools">${this.search(shown)} ${this.tools()}</div>`] : nothing}
    </div>`;
  }

  focusSearch(): void {
    const field = this.renderRoot.querySelector<HTMLInputElement>('vscode-text-field');
    field?.focus();
    field?.select();
  }

  showKeys(): void {
    this.renderRoot.querySelector<KeyHelp>('spanline-key-help')?.show();
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
      <span class="dim clock" title="Started ${formatMoment(start)}"
        >${isToday(start) ? formatClock(start) : formatWhen(start)}</span
      >
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
          @input=${(event: Event) => this.find((event.target as HTMLInputElement).value)}
          @keydown=${this.onSearchKey}
        ></vscode-text-field>
        <span class="matches number ${none ? 'error-text' : 'dim'}">${matchCount(shown, session.searchQuery)}</span>
        <span class="visually-hidden" role="status">${this.said}</span>
      </div>
      ${
        session.searchQuery.trim() === ''
          ? nothing
          : [
              this.matchTool('arrow-up', 'Previous match (N)', -1, none),
              this.matchTool('arrow-down', 'Next match (n)', 1, none),
            ]
      }
    </div>`;
  }

  private tools(): TemplateResult {
    const { session } = this;
    return html`<div class="buttons">
      <spanline-toolbar .session=${session}></spanline-toolbar>
      <spanline-column-menu .session=${session}></spanline-column-menu>
      <spanline-key-help .session=${session}></spanline-key-help>
    </div>`;
  }

  private matchTool(name: IconName, label: string, step: 1 | -1, disabled: boolean): TemplateResult {
    return html`<vscode-button
      appearance="icon"
      aria-label=${label}
      title=${label}
      ?disabled=${disabled}
      @click=${() => this.goToMatch(step)}
      >${icon(name)}</vscode-button
    >`;
  }

  private find(query: string): void {
    this.sayUntil = performance.now() + SAID_MS;
    this.session.search(query);
  }

  private goToMatch(step: 1 | -1): void {
    this.sayUntil = performance.now() + SAID_MS;
    this.session.goToMatch(step);
  }

  private readonly onSearchKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.goToMatch(event.shiftKey ? -1 : 1);
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
