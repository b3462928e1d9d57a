import { randomUUID } from 'node:crypto';
import { authorize } from './bank.js';
import { validateCard } from './cards.js';
import { HttpError } from './errors.js';
import { assessRisk } from './risk.js';

const MOST_CENTS = 500_000;
const REMEMBERED = 1_000;
/** Charges by id, the oldest first. */
const ledger = new Map();

export async function charge({ amountCents, card, reference }) {
  if (!Number.isInteger(amountCents) || amountCents < 1 || amountCents > MOST_CENTS) {
    throw new HttpError(400, `amountCents must be a whole number from 1 to ${MOST_CENTS}`);
  }
  validateCard(card);
  const risk = await assessRisk({ amountCents, reference });
  if (risk.score > 0.95) throw new HttpError(402, 'refused by the risk check');
  const authorization = await authorize({ amountCents, card });
  return remember({ id: randomUUID(), amountCents, reference, authorization: authorization.code });
}

export function findCharge(id) {
  const found = ledger.get(id);
  if (!found) throw new HttpError(404, `no charge ${id}`);
  return found;
}

function remember(made) {
  ledger.set(made.id, made);
  if (ledger.size > REMEMBERED) ledger.delete(ledger.keys().next().value);
  return made;
}
