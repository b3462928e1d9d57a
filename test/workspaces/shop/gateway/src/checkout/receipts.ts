import { setTimeout as sleep } from 'node:timers/promises';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Customer } from '../clients/orders.ts';

const tracer = trace.getTracer('gateway');
const MAIL_MS = 25;

export interface Receipt {
  readonly orderId: number;
  readonly totalCents: number;
  readonly authorization: string;
}

/** Writes the receipt and hands it to the mail queue. */
export function sendReceipt(customer: Customer, receipt: Receipt): Promise<void> {
  return tracer.startActiveSpan('receipt.send', async (span) => {
    try {
      const text = render(customer, receipt);
      // Mistake (context-dropped): ROOT_CONTEXT tears the mail off its request; it shows up as a trace of its own.
      const mail = tracer.startSpan('mail.enqueue', { attributes: { 'mail.bytes': text.length } }, ROOT_CONTEXT);
      try {
        await context.with(trace.setSpan(context.active(), mail), () => deliver(customer.email));
      } finally {
        mail.end();
      }
    } finally {
      span.end();
    }
  });
}

/** Stands for the mail server. */
const deliver = (_to: string): Promise<void> => sleep(MAIL_MS);

const render = ({ name }: Customer, { orderId, totalCents, authorization }: Receipt): string =>
  `Dear ${name},\n\nthank you for order ${orderId} of ${(totalCents / 100).toFixed(2)} (${authorization}).\n`;
