import { Registry } from '../../../src/base/registry';
import type { WaterfallColumn } from './column';
import { durationColumn } from './duration';
import { nameColumn } from './name';
import { selfTimeColumn } from './selfTime';
import { serviceColumn } from './service';
import { timelineColumn } from './timeline';

export const columns = new Registry<WaterfallColumn>('waterfall column', [
  nameColumn,
  serviceColumn,
  durationColumn,
  selfTimeColumn,
  timelineColumn,
]);
