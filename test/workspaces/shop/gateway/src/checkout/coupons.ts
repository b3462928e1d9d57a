import { trace } from '@opentelemetry/api';

const tracer = trace.getTracer('gateway');
const PERCENT_OFF: Readonly<Record<string, number>> = { WELCOME10: 10, COFFEE5: 5 };

/** The price after a coupon, in cents. An unknown coupon takes nothing off. */
export function applyCoupon(cents: number, coupon?: string): number {
  // Mistake (span-not-ended-on-all-paths): a cart without a coupon leaves through the first return, and its span never arrives.
  const span = tracer.startSpan('coupon.apply');
  if (coupon === undefined) return cents;
  const percent = PERCENT_OFF[coupon] ?? 0;
  span.setAttribute('coupon.percent', percent);
  span.end();
  return Math.round((cents * (100 - percent)) / 100);
}
