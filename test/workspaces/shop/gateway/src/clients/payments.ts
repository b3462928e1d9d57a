import { setTimeout as sleep } from 'node:timers/promises';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { HttpError } from '../errors.ts';
import { call } from './http.ts';

const PAYMENTS = `http://127.0.0.1:${process.env.PAYMENTS_PORT ?? 47102}`;
const API_KEY = process.env.PAYMENTS_API_KEY ?? 'key-for-development-only';
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 40;

const tracer = trace.getTracer('gateway');

export interface Card {
  readonly number: string;
  readonly expires: string;
}

export interface Charge {
  readonly id: string;
  readonly authorization: string;
}

/** Charges a card. A bank that is out of breath is asked again, a little later each time; a "no" is a no. */
export function charge(amountCents: number, card: Card, reference: string): Promise<Charge> {
  return tracer.startActiveSpan('payment.charge', async (span) => {
    // Mistake (secret-attribute): whoever reads the traces can now charge cards.
    span.setAttribute('payment.api_key', API_KEY);
    try {
      for (let attempt = 1; ; attempt++) {
        span.setAttribute('payment.attempts', attempt);
        try {
          return await send(amountCents, card, reference);
        } catch (error) {
          const busy = error instanceof HttpError && error.status === 503;
          if (!busy || attempt === ATTEMPTS) throw error;
          span.addEvent('payment.retry', { attempt });
          await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
        }
      }
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  });
}

const send = (amountCents: number, card: Card, reference: string): Promise<Charge> =>
  call('payments', `${PAYMENTS}/charges`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}` },
    body: { amountCents, card, reference },
  });
