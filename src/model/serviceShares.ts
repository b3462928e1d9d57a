import { STATUS_ERROR } from './span';
import type { TraceColumns } from './traceColumns';

/** What one service did in a trace. */
export interface ServiceShare {
  readonly service: string;
  readonly spans: number;
  readonly errors: number;
  /** Nanoseconds in which its spans, and none of their children, ran; spans side by side count each. */
  readonly selfTime: number;
  /** Of the self time of all services, 0 to 1. */
  readonly share: number;
}

const byNumbers = new Intl.Collator('en', { numeric: true });

/** The services of a trace, the one that worked longest first. */
export function serviceShares({ services, service, selfTime, status, count }: TraceColumns): ServiceShare[] {
  const sums = services.map(() => ({ spans: 0, errors: 0, selfTime: 0 }));
  let total = 0;
  for (let row = 0; row < count; row++) {
    const sum = sums[service[row]];
    sum.spans++;
    sum.selfTime += selfTime[row];
    total += selfTime[row];
    if (status[row] === STATUS_ERROR) sum.errors++;
  }
  return sums
    .map((sum, index) => ({ service: services[index], ...sum, share: total > 0 ? sum.selfTime / total : 0 }))
    .filter(({ spans }) => spans > 0)
    .sort((a, b) => b.selfTime - a.selfTime || byNumbers.compare(a.service, b.service));
}
