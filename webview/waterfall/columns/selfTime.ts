import { html } from 'lit';
import { formatDuration } from '../../../src/model/durationFormat';
import type { WaterfallColumn } from './column';

export const selfTimeColumn: WaterfallColumn = {
  id: 'selfTime',
  label: 'Self time',
  optional: true,
  alignEnd: true,
  track: () => '84px',
  cell({ tree: { columns } }, row) {
    return html`<span class="number">${formatDuration(columns.selfTime[row])}</span>`;
  },
};
