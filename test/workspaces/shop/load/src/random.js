let state = Number(process.env.SEED ?? 7);

/** A number in [0, 1), the same sequence on every start: a linear congruential generator. */
export function random() {
  state = (state * 1664525 + 1013904223) % 2 ** 32;
  return state / 2 ** 32;
}

export const between = (low, high) => low + Math.floor(random() * (high - low + 1));

export const pick = (list) => list[between(0, list.length - 1)];

/** Skewed like real waiting times: mostly near the middle, now and then four times as long. */
export const waitingMs = (middle) => middle * (0.6 + 0.6 * random() + (random() < 0.06 ? 3 : 0));
