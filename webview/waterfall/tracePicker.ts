import { css, html, nothing, type TemplateResult } from 'lit';
import { formatClock } from '../../src/model/clockFormat';
import { formatDuration } from '../../src/model/durationFormat';
import type { TraceSummary } from '../../src/model/traceColumns';
import { icon } from '../shared/icons';
import { baseStyles } from '../shared/styles';
import { SessionElement } from './sessionElement';

export class TracePicker extends SessionElement {
  static override properties = { ...SessionElement.properties, open: { state: true } };
  declare open: boolean;
  static override styles = [baseStyles, css``];

  override render(): TemplateResult {
    const { summary } = this.session;
    return html`<button @click=${() => (this.open = !this.open)}>${summary?.rootName ?? '–'} ${icon('chevron-down')}</button>
      ${this.open ? html`<div role="listbox">${this.session.summaries.map((entry) => this.option(entry))}</div>` : nothing}`;
  }

  private option(entry: TraceSummary): TemplateResult {
    return html`<div role="option" @click=${() => this.session.choose(entry.traceId)}>
      ${formatClock(entry.startMs)} ${entry.rootName} ${formatDuration(entry.duration)}
    </div>`;
  }
}

customElements.define('spanline-trace-picker', TracePicker);
