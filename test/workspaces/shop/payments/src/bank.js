import { HttpError } from './errors.js';

const BANK = `http://127.0.0.1:${process.env.BANK_PORT ?? 47104}`;
const LIMIT_MS = 1_000;

/** Asks the bank for the money. 402 when it says no, 503 when it does not answer in time. */
export async function authorize({ amountCents, card }) {
  const response = await ask('/authorizations', { amountCents, card: card.number, expires: card.expires });
  if (response.status === 402) throw new HttpError(402, 'declined by the bank');
  if (!response.ok) throw new HttpError(503, `the bank answered ${response.status}`);
  return response.json();
}

/** What the bank knows of the payer: a number from 0 (fine) to 1. */
export async function askReputation(reference) {
  const response = await fetch(`${BANK}/reputation?reference=${encodeURIComponent(reference)}`);
  return (await response.json()).score;
}

async function ask(path, body) {
  try {
    return await fetch(BANK + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
  } catch (error) {
    throw new HttpError(503, `the bank cannot be reached: ${error.message}`);
  }
}
