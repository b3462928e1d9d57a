import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { formatMoment, formatWhen } from '../../src/model/clockFormat';
import { formatDuration } from '../../src/model/durationFormat';
import type { TraceId } from '../../src/model/ids';
import { shownName } from '../../src/model/shownName';
import type { TraceSummary } from '../../src/model/traceColumns';
import { cssom } from '../shared/cssom';
import { icon } from '../shared/icons';
import { serviceStyles } from '../shared/serviceStyles';
import { baseStyles } from '../shared/styles';
import { colourValues } from './columns/column';
import { pickerStyles } from './pickerStyles';
import { PopupElement, popupStyles } from './popupElement';

/** Names the shown trace; opens into the list of traces, newest first, with a filter, as VS Code's quick pick does. */
export class TracePicker extends PopupElement {
  static override properties = { ...PopupElement.properties, filter: { state: true }, active: { state: true } };
  declare filter: string;
  /** The option that Enter takes; by id, because the list grows at its top while it is open. */
  declare active: TraceId | undefined;

  static override styles = [baseStyles, serviceStyles, popupStyles, pickerStyles];

  constructor() {
    super();
    this.filter = '';
  }

  override render(): TemplateResult {
    const { shown, summary, summaries } = this.session;
    const name = summary?.rootName ?? shown?.rootName;
    const service = summary?.rootService ?? shown?.rootService;
    return html`
      <button
        class="picker opener"
        type="button"
        aria-haspopup="listbox"
        aria-expanded=${this.open}
        title="Choose a trace"
        ?disabled=${summaries.length === 0}
        @click=${() => (this.open ? this.close() : this.unfold())}
        @keydown=${this.onButtonKey}
      >
        ${service === undefined ? nothing : this.dot(service)}
        <span class="root-name ellipsis">${name === undefined ? 'No trace' : shownName(name)}</span>
        ${summary?.rootPath ? html`<span class="root-path ellipsis">${summary.rootPath}</span>` : nothing}
        ${service === undefined ? nothing : html`<span class="root-service dim ellipsis">${shownName(service)}</span>`}
        ${icon('chevron-down')}
      </button>
      ${this.open ? this.popup() : nothing}
    `;
  }

  private popup(): TemplateResult {
    const entries = this.entries();
    const active = entries.find(({ traceId }) => traceId === this.active);
    return html`<div class="popup" @keydown=${this.onPopupKey}>
      <vscode-text-field
        placeholder="Filter traces by name, service or id"
        aria-label="Filter traces by name, service or id"
        .value=${this.filter}
        @input=${this.onFilter}
      ></vscode-text-field>
      <div
        class="options"
        role="listbox"
        tabindex="0"
        aria-label="Traces, newest first"
        aria-activedescendant=${active ? `trace-${active.traceId}` : nothing}
      >
        ${repeat(
          entries,
          ({ traceId }) => traceId,
          (entry) => this.option(entry),
        )}
      </div>
      ${entries.length === 0 ? html`<div class="none dim">No trace matches</div>` : nothing}
      ${
        this.session.listsNewestOnly
          ? html`<div class="older dim">
              The ${this.session.summaries.length} newest are listed; the Traces view has them all.
            </div>`
          : nothing
      }
    </div>`;
  }

  private option(entry: TraceSummary): TemplateResult {
    const { traceId, rootName, rootPath, rootService, rooted, startMs, duration, spans, errors } = entry;
    const shown = traceId === this.session.shown?.traceId;
    return html`<div
      class="option ${traceId === this.active ? 'active' : ''}"
      id="trace-${traceId}"
      role="option"
      aria-selected=${shown}
      @click=${() => this.choose(traceId)}
    >
      <span class="number dim" title=${formatMoment(startMs)}>${formatWhen(startMs)}</span>
      <span class="what ellipsis">
        ${this.dot(rootService)}
        <span class="ellipsis" title=${rootName}>${shownName(rootName)}${rootPath ? ` ${rootPath}` : ''}</span>
        <span class="dim ellipsis">${rooted ? rootService : `${rootService} · root not here yet`}</span>
      </span>
      <span class="fault"
        >${errors > 0 ? icon('error', { label: `${errors} failed`, class: 'error-text' }) : nothing}</span
      >
      <span class="number end">${formatDuration(duration)}</span>
      <span class="number end dim">${spans.toLocaleString('en')} ${spans === 1 ? 'span' : 'spans'}</span>
    </div>`;
  }

  private dot(service: string): TemplateResult {
    return html`<span class="service dot" ${cssom(colourValues(this.session.colours.of(service)))}></span>`;
  }

  private entries(): readonly TraceSummary[] {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return this.session.summaries;
    return this.session.summaries.filter(({ rootName, rootPath = '', rootService, traceId }) => {
      const text = `${rootName} ${rootPath} ${rootService} ${traceId}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  private readonly onFilter = (event: Event): void => {
    this.filter = (event.target as HTMLInputElement).value;
    this.active = this.entries()[0]?.traceId;
  };

  private unfold(): void {
    this.open = true;
    this.filter = '';
    this.active = this.session.shown?.traceId ?? this.session.summaries[0]?.traceId;
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>('vscode-text-field')?.focus();
      this.showActive();
    });
  }

  private choose(traceId: TraceId): void {
    this.close();
    this.session.choose(traceId);
  }

  private readonly onButtonKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' || this.open) return;
    event.preventDefault();
    this.unfold();
  };

  private readonly onPopupKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') return;
    event.stopPropagation();
    const step = STEPS[event.key];
    if (step !== undefined) this.move(step);
    else if (event.key === 'Enter' && this.active) this.choose(this.active);
    else return;
    event.preventDefault();
  };

  private move(step: number): void {
    const entries = this.entries();
    const at = entries.findIndex(({ traceId }) => traceId === this.active);
    this.active = entries[Math.min(Math.max(at + step, 0), entries.length - 1)]?.traceId;
    void this.updateComplete.then(() => this.showActive());
  }

  private showActive(): void {
    this.renderRoot.querySelector('.option.active')?.scrollIntoView({ block: 'nearest' });
  }
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

customElements.define('spanline-trace-picker', TracePicker);
