import { html } from 'lit';
import { formatDuration } from '../../../src/model/durationFormat';
import type { WaterfallColumn } from './column';

export const durationColumn: WaterfallColumn = {
  id: 'duration',
  label: 'Duration',
  optional: true,
  alignEnd: true,
  track: () => '84px',
  cell({ tree: { columns } }, row) {
    return html`<span class="number">${formatDuration(columns.duration[row])}</span>`;
  },
};
