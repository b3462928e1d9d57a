import { html } from 'lit';
import { shortDurationText } from '../../../src/model/spanTimes';
import type { WaterfallColumn } from './column';

export const durationColumn: WaterfallColumn = {
  id: 'duration',
  label: 'Duration',
  optional: true,
  alignEnd: true,
  track: () => '84px',
  cell({ tree: { columns } }, row) {
    return html`<span class="number">${shortDurationText(columns, row)}</span>`;
  },
};
