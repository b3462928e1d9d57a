import { Registry } from '../../base/registry';
import type { RunTimeRule } from './runTimeRule';

/** Judged in `src/analysis/evidence/runTimeFindings.ts`; their pages are written from `docs.ts`. */
export const runTimeRules = new Registry<RunTimeRule>('run-time rule', [
  { id: 'span-name-explosion', title: 'One line makes too many names', inSource: ['span-name-high-cardinality'] },
  { id: 'context-lost', title: 'Spans that leave their trace', inSource: ['context-dropped', 'missing-propagation'] },
  { id: 'parent-missing', title: 'Spans whose parent never arrives', inSource: ['span-not-ended', 'context-dropped'] },
  {
    id: 'span-left-open',
    title: 'Spans that were never ended',
    inSource: ['span-not-ended', 'span-not-ended-on-all-paths', 'floating-span-promise'],
  },
  { id: 'error-not-marked', title: 'An exception without an error', inSource: ['error-not-recorded'] },
  { id: 'repeated-call', title: 'One call for each of many', inSource: [] },
  { id: 'secret-sent', title: 'Secrets on the spans of a line', inSource: ['secret-attribute', 'sensitive-baggage'] },
  {
    id: 'personal-data-sent',
    title: 'Personal data on the spans of a line',
    inSource: ['pii-attribute', 'sensitive-baggage'],
  },
]);
