import { HttpError } from './errors.js';

export function validateCard(card) {
  if (typeof card?.number !== 'string' || !/^\d{12,19}$/.test(card.number))
    throw new HttpError(400, 'card.number is missing');
  if (luhnSum(card.number) % 10 !== 0) throw new HttpError(400, 'card.number is mistyped');
  const [month, year] = String(card.expires).split('/').map(Number);
  if (!month || !year || new Date(2000 + year, month) < new Date()) throw new HttpError(402, 'the card has expired');
}

/** Every second digit from the right is doubled; a valid number's sum ends in 0. */
function luhnSum(number) {
  let sum = 0;
  for (let fromRight = 0; fromRight < number.length; fromRight++) {
    const digit = Number(number[number.length - 1 - fromRight]);
    const weighed = fromRight % 2 === 1 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum;
}
