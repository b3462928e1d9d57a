import { html, type TemplateResult } from 'lit';
import { baseStyles } from '../shared/styles';
import { SessionElement } from './sessionElement';

export class SpanDetails extends SessionElement {
  static override styles = baseStyles;

  override render(): TemplateResult {
    return html`<h2>${this.session.details?.span?.name}</h2>`;
  }
}

customElements.define('spanline-details', SpanDetails);
