import { html } from 'lit';
import type { WaterfallColumn } from './column';

export const serviceColumn: WaterfallColumn = {
  id: 'service',
  label: 'Service',
  optional: true,
  track: () => '120px',
  cell({ tree: { columns } }, row) {
    const service = columns.services[columns.service[row]];
    return html`<span class="ellipsis" title=${service}>${service}</span>`;
  },
};
