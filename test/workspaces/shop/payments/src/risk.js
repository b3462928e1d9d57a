import { askReputation } from './bank.js';

const HIGH_CENTS = 200_000;

/** Scores a payment from 0 (fine) to 1. High amounts weigh more. */
export async function assessRisk({ amountCents, reference }) {
  const reputation = await askReputation(reference ?? 'unknown');
  const amount = Math.min(amountCents / HIGH_CENTS, 1);
  return { score: 0.7 * reputation + 0.3 * amount };
}
